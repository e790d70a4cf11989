import type { KernelOp } from "../codegen/src/ir/kernel-table.js";
import { DEFAULT_SAMPLES, DRAWS } from "../codegen/src/ir/sampling.js";
import type { Measurement } from "../codegen/src/run/bench/bench.js";
import { sampledLabel } from "../codegen/src/run/bench/variants.js";
import type { KernelCount } from "./kernel-counts.js";
import type { Effort } from "./large-model.js";
import { FORMATS, type FormatDrift } from "./measure-drift.js";

/** What `make bench` has measured. */
export interface Results {
  /** By target. */
  readonly kernels: { readonly [target: string]: readonly KernelCount[] };
  readonly models: readonly Measurement[];
  /** Seconds of `pfp compile` for LeNet-5. */
  readonly compileSeconds: number | undefined;
  /** Of a model of ten million weights, from file to prediction. */
  readonly largeModel: Effort | undefined;
  /** Bytes of the layers' weights of LeNet-5 by format, padding included. */
  readonly packedBytes: { readonly [format: string]: number };
  /** Share of the memory's bandwidth at ten million weights, by `make bench-growth`. */
  readonly bandwidthShare: number | undefined;
  /** By `make drift`; empty where that has not run. */
  readonly drift: readonly FormatDrift[];
}

/** A figure that was promised. */
export interface Bar {
  readonly figure: string;
  readonly target: string;
  /** Undefined where the figure is only reported. */
  readonly bar: number | undefined;
  readonly unit: string;
  /** Whether the figure must stay below its bar or reach it. */
  readonly better: "lower" | "higher";
  /** Undefined where this version has nothing to measure. */
  readonly value: (results: Results) => number | undefined;
  /** A ratio to a twin proves nothing while the twin's own kernel, so named, misses its bar. */
  readonly twins?: readonly string[];
  /** Nor while the twin runs on portable C where the target has vectors. */
  readonly twinIsTuned?: (results: Results) => boolean;
}

interface KernelQuery {
  readonly op: KernelOp;
  /** What the symbol must have, or must not, as a word between underlines. */
  readonly words: readonly string[];
  readonly without: readonly string[];
  readonly shape: string;
  /** Parts of a unit of work. */
  readonly parts?: number;
}

/** Words of a symbol after its operator that tell forms, tiers and formats apart. */
const OTHER_FORMATS = ["f16", "bf16", "i8u8", "i8u4"];

const GENERAL = { words: [], without: ["det", "exact", ...OTHER_FORMATS] } as const;
const FIRST = { words: ["det"], without: ["exact", ...OTHER_FORMATS] } as const;
const EXACT = { words: ["exact"], without: ["det", ...OTHER_FORMATS] } as const;
const FAST = { words: ["fast"], without: ["det", "exact", ...OTHER_FORMATS] } as const;

const DENSE_TWIN = "dense, deterministic twin";
const CONV2D_TWIN = "conv2d 5x5, deterministic twin";

/** Figures of kernels: the cheapest one of the target counts. */
const kernelBars: readonly [figure: string, unit: string, query: KernelQuery, bars: TargetBars][] =
  [
    [
      "dense, general form",
      "instructions / weight",
      { op: "dense", ...GENERAL, shape: "400-120" },
      [1.5, 1.9],
    ],
    [
      "dense, first layer",
      "instructions / weight",
      { op: "dense", ...FIRST, shape: "784-100" },
      [1.0, 1.3],
    ],
    [DENSE_TWIN, "instructions / weight", { op: "dense", ...EXACT, shape: "400-120" }, [0.55, 0.6]],
    [
      "conv2d 5x5, general",
      "instructions / multiply-add",
      { op: "conv2d", ...GENERAL, shape: "14x14x6, 16@5x5" },
      [1.0, 1.6],
    ],
    [
      "conv2d 5x5, first layer",
      "instructions / multiply-add",
      { op: "conv2d", ...FIRST, shape: "28x28x1, 6@5x5 pad 2" },
      [0.75, 1.0],
    ],
    [
      CONV2D_TWIN,
      "instructions / multiply-add",
      { op: "conv2d", ...EXACT, shape: "14x14x6, 16@5x5" },
      [0.33, 0.5],
    ],
    [
      "dense int8 + uint8, general",
      "instructions / weight",
      { op: "dense", words: ["i8u8"], without: ["det", "exact"], shape: "400-120" },
      [2.2, 2.8],
    ],
    [
      "ReLU, fast tier",
      "instructions / element",
      { op: "relu", ...FAST, shape: "1176" },
      [11, undefined],
    ],
    [
      "Clark max of two rows, fast tier, their order included",
      "instructions / max",
      { op: "maxpool2d", ...FAST, shape: "28x28x6, 2x1" },
      [13.5, undefined],
    ],
    [
      "Clark max, fast tier: a third of a 2x2 window, its sorting included",
      "instructions / max",
      { op: "maxpool2d", ...FAST, shape: "28x28x6, 2x2", parts: 3 },
      [undefined, undefined],
    ],
  ];

type TargetBars = readonly [a53: number | undefined, m55: number | undefined];

const TARGETS = ["cortex-a53", "cortex-m55"] as const;

function cheapest(
  { op, words, without, shape, parts = 1 }: KernelQuery,
  counts: readonly KernelCount[],
) {
  const figures = counts
    .filter((count) => {
      const rest = count.symbol.slice(`pfp_${op}`.length).split("_");
      const isOp =
        count.symbol.startsWith(`pfp_${op}_`) && !/^(maxpool2d|relu)$/.test(rest[1] ?? "");
      return (
        isOp &&
        count.shape === shape &&
        words.every((word) => rest.includes(word)) &&
        !without.some((word) => rest.includes(word))
      );
    })
    .map(({ cost, work }) => cost / (work * parts));
  return figures.length === 0 ? undefined : Math.min(...figures);
}

/** The measurement of floats by the first compiler of the target. */
export function findModel(
  { models }: Results,
  target: string,
  graph: string,
  variant: string,
): Measurement | undefined {
  const found = models.filter(
    (one) =>
      one.target === target &&
      one.graph === graph &&
      one.variant === variant &&
      one.weights === "f32" &&
      one.activations === "f32",
  );
  return found.find(({ tier }) => tier === "fast") ?? found[0];
}

function wholeBar(target: string, bar: number): Bar {
  return {
    figure: "LeNet whole, fast tier, without head",
    target,
    bar,
    unit: "instructions",
    better: "lower",
    value: (results) => findModel(results, target, "lenet5", "pfp")?.total_without_head,
  };
}

function ratioBar(target: string, graph: string, bar: number): Bar {
  return {
    figure: `PFP / deterministic, ${graph}, fast tier, without heads`,
    target,
    bar,
    unit: target === "host" ? "ratio of times" : "ratio of instructions",
    better: "lower",
    twins: graph === "mlp" ? [DENSE_TWIN] : [DENSE_TWIN, CONV2D_TWIN],
    twinIsTuned: (results) =>
      findModel(results, target, graph, "deterministic")?.lines.every(
        ({ kernel }) => !/^pfp_(dense|conv2d).*_c$/.test(kernel),
      ) ?? false,
    value: (results) => {
      const pfp = findModel(results, target, graph, "pfp");
      const deterministic = findModel(results, target, graph, "deterministic");
      return pfp === undefined || deterministic === undefined
        ? undefined
        : pfp.total_without_head / deterministic.total_without_head;
    },
  };
}

/** How much dearer the usual sampling is: without a bar, since a slow rival must not flatter. */
function sampledRatios(target: string, graph: string): Bar[] {
  return DRAWS.map((draw) => {
    const label = sampledLabel(DEFAULT_SAMPLES, draw);
    return {
      figure: `${label} / PFP, ${graph}, fast tier`,
      target,
      bar: undefined,
      unit: target === "host" ? "ratio of times" : "ratio of instructions",
      better: "higher",
      value: (results) => {
        const sampled = findModel(results, target, graph, label);
        const pfp = findModel(results, target, graph, "pfp");
        return sampled === undefined || pfp === undefined ? undefined : sampled.total / pfp.total;
      },
    };
  });
}

/** The largest change of a figure, either way, over models and tiers. */
function driftBar(
  format: string,
  what: string,
  bar: number,
  unit: string,
  change: (drift: FormatDrift) => number,
): Bar {
  return {
    figure: `drift of ${format}: ${what}`,
    target: "host",
    bar,
    unit,
    better: "lower",
    value: ({ drift }) => {
      const own = drift.filter((one) => one.format === format);
      return own.length === 0 ? undefined : Math.max(...own.map((one) => Math.abs(change(one))));
    },
  };
}

/** What formats other than f32 may change over the whole test sets. */
export const driftBars: readonly Bar[] = FORMATS.map(({ name }) => name)
  .filter((name) => name !== "f32")
  .flatMap((format) => [
    driftBar(format, "accuracy", 0.05, "points", (one) => one.accuracy_change),
    driftBar(format, "AUROC of epistemic", 0.001, "AUROC", (one) => one.auroc_change),
  ]);

export const bars: readonly Bar[] = [
  ...kernelBars.flatMap(([figure, unit, query, limits]) =>
    TARGETS.map((target, index): Bar => {
      return {
        figure,
        target,
        bar: limits[index],
        unit,
        better: "lower",
        value: ({ kernels }) => cheapest(query, kernels[target] ?? []),
      };
    }),
  ),
  wholeBar("cortex-a53", 520_000),
  wholeBar("cortex-m55", 800_000),
  ratioBar("cortex-a53", "mlp", 2.3),
  ratioBar("cortex-a53", "lenet5", 3.6),
  ratioBar("cortex-m55", "mlp", 2.4),
  ratioBar("cortex-m55", "lenet5", 3.6),
  ratioBar("host", "mlp", 2.4),
  ratioBar("host", "lenet5", 3.5),
  ...["cortex-a53", "cortex-m55", "host"].flatMap((target) =>
    ["mlp", "lenet5"].flatMap((graph) => sampledRatios(target, graph)),
  ),
  ...[...TARGETS, "cortex-m4", "cortex-m7"].map((target): Bar => {
    return {
      figure: "LeNet arena, f32 activations",
      target,
      bar: 10_240,
      unit: "bytes",
      better: "lower",
      value: (results) => findModel(results, target, "lenet5", "pfp")?.arena_bytes,
    };
  }),
  {
    figure: "pfp compile, LeNet",
    target: "host",
    bar: 1,
    unit: "s",
    better: "lower",
    value: ({ compileSeconds }) => compileSeconds,
  },
  {
    figure: "a model of 10 M weights generated, built and run",
    target: "host",
    bar: 20,
    unit: "s",
    better: "lower",
    value: ({ largeModel }) => largeModel?.seconds,
  },
  {
    figure: "the same, memory of pfp and of the compiler",
    target: "host",
    bar: 2_000_000_000,
    unit: "bytes",
    better: "lower",
    value: ({ largeModel }) => largeModel?.bytes,
  },
  ...(
    [
      ["i8u4", 98_500],
      ["i8u8", 129_500],
    ] as const
  ).map(([format, bar]): Bar => {
    return {
      figure: `LeNet weights, padding included, ${format}`,
      target: "any",
      bar,
      unit: "bytes",
      better: "lower",
      value: ({ packedBytes }) => packedBytes[format],
    };
  }),
  {
    figure: "share of memory bandwidth, dense layer of 10 M weights",
    target: "host",
    bar: 0.7,
    unit: "of a plain read",
    better: "higher",
    value: ({ bandwidthShare }) => bandwidthShare,
  },
  ...driftBars,
];

export type Verdict = "" | "met" | "NOT MET" | "twin too slow";

/** What a figure says of its bar; nothing where either is missing. */
export function judge(bar: Bar, results: Results): Verdict {
  const value = bar.value(results);
  if (value === undefined || bar.bar === undefined) {
    return "";
  }
  if (bar.better === "lower" ? value > bar.bar : value < bar.bar) {
    return "NOT MET";
  }
  if (bar.twinIsTuned?.(results) === false) {
    return "twin too slow";
  }
  const twins = bars.filter(
    ({ figure, target }) => target === bar.target && bar.twins?.includes(figure),
  );
  return twins.every((twin) => judge(twin, results) === "met") ? "met" : "twin too slow";
}
