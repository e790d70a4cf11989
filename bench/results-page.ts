import type { LeftOut, Measurement } from "../codegen/src/run/bench/bench.js";
import { variantName } from "../codegen/src/run/bench/variants.js";
import { bars, judge, type Results } from "./bars.js";
import { BATCHES, MODELS } from "./bench-models.js";
import { show, showLimit, showMeasured } from "./figure-text.js";
import type { KernelCount } from "./kernel-counts.js";
import { table } from "./kernels-page.js";
import { isasOf } from "./workloads.js";

/** bench/results.md. */
export function resultsPage(
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
      bars.map((bar) => [
        bar.figure,
        bar.target,
        showLimit(bar),
        showMeasured(bar, results),
        bar.unit,
        judge(bar, results),
      ]),
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

/** The file of a model's chart, beside the page. */
export function chartName(model: string): string {
  return `results-${model}.svg`;
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
