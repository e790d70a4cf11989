/**
 * Measures kernels and both models on every target and writes bench/results.md,
 * bench/results.json, a chart of each model and the short form in README.md, with the bars of bars.ts:
 * `make bench`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { benchAsSvg } from "../codegen/src/cli/bench-chart.js";
import { defaults } from "../codegen/src/defaults.js";
import type { LeftOut, Measurement } from "../codegen/src/run/bench/bench.js";
import { BASELINE, variantName } from "../codegen/src/run/bench/variants.js";
import { prepareModel } from "../codegen/src/run/prepare.js";
import { isInstalled } from "../codegen/src/run/tools.js";
import { type Bar, bars, judge, type Results } from "./bars.js";
import { BATCHES, benchBatches, benchModels, MODELS } from "./bench-models.js";
import { TESTED_BOARDS } from "./figures.js";
import { countKernels, type KernelCount, readBoard } from "./kernel-counts.js";
import { table } from "./kernels-page.js";
import { largeModelEffort } from "./large-model.js";
import type { FormatDrift } from "./measure-drift.js";
import { withShortForm } from "./short-form.js";
import { isasOf } from "./workloads.js";

const COMMANDS = [
  ...["clang-19", "gcc", "aarch64-linux-gnu-gcc", "arm-none-eabi-gcc"],
  ...["qemu-aarch64", "qemu-system-arm", "llvm-mca-19", "node"],
];

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The first line with a number that a command says of its version. */
function version(command: string): string {
  if (!isInstalled(command)) {
    return `${command}: not installed`;
  }
  const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  const line = stdout.split("\n").find((candidate) => /\d+\.\d+/.test(candidate)) ?? "";
  return `${command}: ${line.trim()}`;
}

/** Seconds of one `pfp compile` of LeNet-5, start of the command included: the best of three. */
function compileSeconds(): number {
  const out = mkdtempSync(join(tmpdir(), "pfp-bench-"));
  const words = ["compile", "models/lenet5.safetensors", "--target", "cortex-a53", "--out", out];
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    execFileSync(process.execPath, ["codegen/bin/pfp.js", ...words], { stdio: "ignore" });
    return (performance.now() - start) / 1000;
  });
  rmSync(out, { recursive: true });
  return Math.min(...times);
}

function bandwidthShare(): number | undefined {
  if (!existsSync("bench/growth.json")) {
    return undefined;
  }
  const { sizes } = JSON.parse(readFileSync("bench/growth.json", "utf8")) as {
    readonly sizes: readonly { readonly bandwidth_share: number }[];
  };
  return sizes.at(-1)?.bandwidth_share;
}

/** Bytes of the layers' weights of LeNet-5 in the formats that have a bar. */
async function packedBytes(): Promise<Results["packedBytes"]> {
  const bytes: Record<string, number> = {};
  for (const weights of ["i8u4", "i8u8"] as const) {
    const model = "models/lenet5.safetensors";
    const request = { ...defaults, model, target: "cortex-a53", weights };
    const prepared = await prepareModel(request);
    if (!prepared.ok) {
      throw new Error(JSON.stringify(prepared.diagnostics));
    }
    const { report, resources } = prepared.value.generation;
    const layers = new Set(report.layers.map(({ name }) => name));
    bytes[weights] = resources.steps
      .filter(({ name }) => layers.has(name))
      .reduce((sum, { weight_bytes }) => sum + weight_bytes, 0);
  }
  return bytes;
}

function drift(): readonly FormatDrift[] {
  return existsSync("bench/drift.json")
    ? JSON.parse(readFileSync("bench/drift.json", "utf8")).drift
    : [];
}

function batchTable(measurements: readonly Measurement[]): string[] {
  const keys = [
    ...new Set(
      measurements.map(({ graph, target, variant }) => [graph, target, variant].join("\t")),
    ),
  ];
  return table(
    ["model", "target", "variant", ...BATCHES.map((batch) => `batch ${batch}`), "unit"],
    keys.map((key) => {
      const own = measurements.filter(
        ({ graph, target, variant }) => [graph, target, variant].join("\t") === key,
      );
      const cells = BATCHES.map((batch) => own.find((one) => one.batch === batch));
      return [
        ...key.split("\t"),
        ...cells.map((one) => (one === undefined ? "" : show(one.total_without_head))),
        own[0]?.unit ?? "",
      ];
    }),
  );
}

function barRow(bar: Bar, results: Results): string[] {
  const value = bar.value(results);
  const limit = bar.bar === undefined ? "report" : show(bar.bar);
  const sign = bar.better === "lower" ? "<=" : ">=";
  return [
    bar.figure,
    bar.target,
    bar.bar === undefined ? limit : `${sign} ${limit}`,
    value === undefined ? "not measured" : show(value),
    bar.unit,
    judge(bar, results),
  ];
}

/** Three decimals, none from a thousand on, two digits of what is small. */
function show(value: number): string {
  if (value > 0 && value < 0.01) {
    return value.toPrecision(2);
  }
  return value >= 1000 || Number.isInteger(value)
    ? Math.round(value).toLocaleString("en-US")
    : value.toFixed(3);
}

function kernelTable(counts: readonly KernelCount[]): string[] {
  return table(
    ["kernel", "workload", "instructions", "per unit"],
    counts.map(({ symbol, shape, cost, work, unit }) => [
      `\`${symbol}\``,
      shape,
      show(cost),
      `${(cost / work).toFixed(2)} per ${unit}`,
    ]),
  );
}

function modelTable(measurements: readonly Measurement[]): string[] {
  const names = [...new Set(measurements.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  const cell = ({ lines }: Measurement, name: string): string => {
    const own = lines.filter((line) => line.name === name);
    const value = own.reduce((sum, line) => sum + line.value, 0);
    const cycles = own.reduce((sum, line) => sum + (line.estimated_cycles ?? Number.NaN), 0);
    return own.length === 0
      ? ""
      : `${show(value)}${Number.isFinite(cycles) ? ` (~${show(cycles)})` : ""}`;
  };
  const row = (name: string, value: (one: Measurement) => string) => [
    name,
    ...measurements.map(value),
  ];
  return table(
    ["layer", ...measurements.map((one) => `${variantName(one)}, ${one.compiler}`)],
    [
      ...names.map((name) => row(name, (one) => cell(one, name))),
      row("rest", ({ rest }) => show(rest)),
      row("**sum without head**", ({ total_without_head }) => show(total_without_head)),
      row("**sum**", ({ total }) => show(total)),
      row("weights, bytes", ({ weight_bytes }) => show(weight_bytes)),
      row("code, bytes", ({ code_bytes }) => show(code_bytes)),
      row("arena, bytes", ({ arena_bytes }) => show(arena_bytes)),
    ],
  );
}

/** Where a model's chart goes. */
function chartName(model: string): string {
  return `results-${model}.svg`;
}

/** A chart a model, by each target's first compiler, without sampled twins, which dwarf the others. */
async function writeCharts(models: readonly Measurement[]): Promise<void> {
  for (const model of MODELS) {
    const own = models.filter((one) => one.graph === model && !isSampled(one));
    const shown = own.filter(
      ({ target, compiler }) => compiler === own.find((one) => one.target === target)?.compiler,
    );
    writeFileSync(`bench/${chartName(model)}`, await benchAsSvg(shown));
  }
}

function isSampled({ variant }: Measurement): boolean {
  return variant !== "pfp" && variant !== BASELINE;
}

function modelSections({ models }: Results): string[] {
  return MODELS.flatMap((model) => [
    "",
    `### ${model}`,
    "",
    `![instructions of ${model} by layers](${chartName(model)})`,
    ...targetSections(models.filter(({ graph }) => graph === model)),
  ]);
}

function targetSections(models: readonly Measurement[]): string[] {
  const targets = [...new Set(models.map(({ target }) => target))];
  return targets.flatMap((target) => {
    const own = models.filter((one) => one.target === target);
    const isas = new Set(own.flatMap(({ lines }) => lines.flatMap(({ kernel }) => isasOf(kernel))));
    const unit =
      own[0]?.unit === "instructions"
        ? "instructions, exact (in brackets: cycles, an estimate by llvm-mca)"
        : "nanoseconds, the shortest of many";
    return [
      "",
      `#### ${own[0]?.graph} on ${target}`,
      "",
      `${unit}; kernels: ${[...isas].join(", ")}.`,
      "",
      ...modelTable(own),
    ];
  });
}

function page(
  results: Results,
  batches: readonly Measurement[],
  machine: readonly string[],
  leftOut: readonly LeftOut[],
): string {
  const verdicts = bars.map((bar) => judge(bar, results)).filter((verdict) => verdict !== "");
  const met = verdicts.filter((verdict) => verdict === "met").length;
  return [
    "# Results",
    "",
    "Written by `make bench`. Instructions are exact, counted under QEMU, and the same on every",
    "computer with these compilers; times hold for this one alone. The head is the covariance of the",
    "logits and 128 points through softmax.",
    "",
    ...machine.map((line) => `- ${line}`),
    "",
    "## Bars",
    "",
    `${met} of ${verdicts.length} bars that can be measured are met. A ratio to a twin is no achievement`,
    "while the twin's own kernels miss their bars. Clark's bar is held by the max of two rows, loads, order",
    "and stores included; a third of a 2x2 window, which orders four, is reported beside it. Drift has a page",
    "of its own, with the images it was measured on ([drift.md](drift.md)).",
    "",
    ...table(
      ["figure", "target", "bar", "measured", "unit", ""],
      bars.map((bar) => barRow(bar, results)),
    ),
    "",
    "## Models",
    ...modelSections(results),
    "",
    "## Batches",
    "",
    "Of `pfp compile --batch`, tier fast, without head, an input's share of a call.",
    "",
    ...batchTable(batches),
    "",
    "## Kernels",
    ...Object.entries(results.kernels).flatMap(([target, counts]) => [
      "",
      `### ${target}`,
      "",
      ...kernelTable(counts),
    ]),
    ...(leftOut.length === 0
      ? []
      : [
          "",
          "## Left out",
          "",
          ...leftOut.map(({ what, why, hint }) => `- ${what}: ${why}; ${hint}`),
        ]),
    "",
  ].join("\n");
}

const kernels: Record<string, readonly KernelCount[]> = {};
for (const board of TESTED_BOARDS) {
  note(`kernels on ${board}`);
  kernels[readBoard(board).target] = countKernels(board);
}
const leftOut = new Map<string, LeftOut>();
const models = await benchModels(leftOut, note);
const batches = await benchBatches(leftOut, note);
const results: Results = {
  kernels,
  models,
  compileSeconds: compileSeconds(),
  largeModel: await largeModelEffort(),
  packedBytes: await packedBytes(),
  bandwidthShare: bandwidthShare(),
  drift: drift(),
};
const machine = [
  `processor: ${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
  ...COMMANDS.map(version),
];
const text = page(results, batches, machine, [...leftOut.values()]);
writeFileSync("bench/results.md", text);
await writeCharts(models);
writeFileSync("README.md", withShortForm(readFileSync("README.md", "utf8"), results, show));
const summary = bars.map((bar) => {
  const { figure, target, unit, better, bar: limit = null } = bar;
  const value = bar.value(results) ?? null;
  return { figure, target, bar: limit, value, unit, better, verdict: judge(bar, results) };
});
const left_out = [...leftOut.values()];
writeFileSync(
  "bench/results.json",
  `${JSON.stringify({ machine, bars: summary, kernels, models, batches, left_out }, undefined, 1)}\n`,
);
console.log(text.slice(text.indexOf("## Bars"), text.indexOf("## Models")));
console.log("bench/results.md, its charts and bench/results.json are written");
