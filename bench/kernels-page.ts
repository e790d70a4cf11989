import type { Kernel } from "../codegen/src/ir/kernel-table.js";
import type { Figures } from "./figures.js";
import { describeWorkload, fieldsOf, numbersOf } from "./workloads.js";

const COSTS = [
  "## Costs",
  "",
  "`runtime-c/costs.json` holds what the generator chooses kernels and estimates with; `--costs FILE` puts",
  "another table before it, measured elsewhere or found by a tuner:",
  "",
  "```json",
  '{"schema": 1, "measured": "where and how, for a reader",',
  ' "targets": {"cortex-a53": {"unit": "instructions",',
  '   "kernels": {"pfp_dense_f32_1x8_neon": {"call": 76.22, "tile": 15.79, "weight": 1.368}}}}}',
  "```",
  "",
  "A kernel costs the sum over its terms of what one costs, times how many there are at the layer's",
  "shape (`codegen/src/ir/work.ts`); what is absent costs nothing. Costs are not negative, and of one unit a",
  "target: `instructions`, `cycles` or `nanoseconds`. A table in the unit of the one that ships replaces",
  "the kernels it names; one in another unit stands alone. Kernels without costs are chosen by rule: of",
  "the best instruction set, the tile that leaves the fewest outputs unused. `pfp compile --explain` says",
  "which it was.",
  "",
  "| term | counts |",
  "| --- | --- |",
  "| `call` | calls |",
  "| `input`, `strip` | inputs that are prepared, padding included, and rows of them |",
  "| `expand` | taps of planar kernels, whose compact weights are expanded once for all positions |",
  "| `place`, `gather` | positions of a convolution, and the taps of them that lie in the input |",
  "| `tile` | register tiles of positions by outputs; a tile that is not full counts whole |",
  "| `lane` | fours of outputs at a tile's positions |",
  "| `spread`, `part` | tiles of layers with other than one panel, outputs of a panel that is not full |",
  "| `line` | kernel rows of tiles; rows of windows of two |",
  "| `weight` | multiply-adds of whole tiles; for covariance, of fours of columns |",
  "| `odd` | the same of planar kernels but for rows of three and five taps at stride one |",
  "| `edge` | multiply-adds at columns of positions whose windows reach into padding |",
  "| `single` | the same of a last dense panel that has no other beside it |",
  "| `half` | multiply-adds, of a last dense panel that is not half full only one half (vfp) |",
  "| `rest` | what is left over of eights (dense) or fours |",
  "| `row` | channels (input), positions (pooling), outputs (covariance), classes (classify) |",
  "| `group` | fours of elements; of windows other than 2x2; of columns |",
  "| `scatter` | fours of elements of several channels (input) |",
  "| `pair` | fours of windows of 2x2; pairs of outputs (covariance) |",
  "| `window`, `sort` | maxima and comparisons in fours of other windows |",
  "| `root`, `point`, `logit`, `product` | classify: of the Cholesky root, fours of points, logits and products of these; covariance: products; pooling: fours of windows of two |",
  "",
  "The costs that ship are fitted to the workloads of `bench/kernels.c`: non-negative least squares of the",
  "relative errors. Those of the host are times, in `runtime-c/host-costs.json`, and say which of its kernels",
  "is cheaper: `make host-costs`. A layer whose weights exceed the cache of its board (`weight_memory` in",
  "board.json) costs as much more as its memory takes to bring them.",
];

/** docs/kernels.md: every kernel of the list, with its instructions per unit on each target. */
export function kernelsPage(kernels: readonly Kernel[], figures: Figures): string {
  const targets = Object.keys(figures);
  const ops = [...new Set(kernels.map(({ op }) => op))];
  return [
    "# Kernels",
    "",
    "Generated from `runtime-c/include/pfp/pfp_kernels.def` and `bench/baseline.json` by",
    "`make baseline`; do not edit.",
    "",
    "A name reads `pfp_<op>[_<form>][_fast]_<dtype>[_<weights>][_<rows>x<outputs>]_<isa>[_<uarch>]`.",
    "Form `general` takes mean and variance, `det` an exact input, `exact` an exact input and exact",
    "weights. Tier says which special functions a kernel uses (`any`: none). The tile is positions x",
    "outputs that are worked out together. A kernel runs on every target that has its instruction set;",
    "`c` is portable.",
    "",
    "Instructions are exact, counted under QEMU, clang-19 -O3, at the workload named beside the unit",
    "(`bench/kernels.c`); a dash stands where the target lacks the instruction set, or where no",
    "workload measures the kernel. They include the call and the edges of the shape, and compare",
    "kernels on one target. They are not times.",
    "",
    "## Whole models",
    "",
    "The committed models, heads included: instructions an inference, then bytes of arena. Formats of",
    "weights are read from flash by kernels of their own on NEON and Helium, by portable C on Cortex-M4 and",
    "M7. Layers without kernels for f16 activations keep floats, which are narrowed where they lie.",
    "",
    ...table(
      ["model", ...targets],
      modelNames(figures).map((name) => [
        name,
        ...targets.map((target) => modelCell(figures, target, name)),
      ]),
    ),
    "",
    ...COSTS,
    ...ops.flatMap((op) => [
      "",
      `## ${op}`,
      "",
      ...table(
        ["kernel", "form", "tier", "weights", "tile", "isa", "workload", ...targets],
        kernels.filter((kernel) => kernel.op === op).map((kernel) => row(kernel, figures, targets)),
      ),
    ]),
    "",
  ].join("\n");
}

function modelNames(figures: Figures): string[] {
  return [...new Set(Object.values(figures).flatMap(({ models }) => Object.keys(models)))].sort();
}

function modelCell(figures: Figures, target: string, name: string): string {
  const model = figures[target]?.models[name];
  const count = (value: number) => value.toLocaleString("en-US");
  return model === undefined ? "-" : `${count(model.instructions)}; ${count(model.arena_bytes)}`;
}

function row(kernel: Kernel, figures: Figures, targets: readonly string[]): string[] {
  const { symbol, form, tier, weights, rows, outputs, isa } = kernel;
  const first = targets.map((target) =>
    Object.entries(figures[target]?.kernels[symbol]?.workloads ?? {}).at(0),
  );
  const [numbers] = first.find((found) => found !== undefined) ?? [];
  const workload =
    numbers === undefined
      ? undefined
      : describeWorkload(kernel.op, fieldsOf(kernel.op, numbersOf(numbers)));
  return [
    `\`${symbol}\``,
    form,
    tier,
    weights === "none" ? "" : weights,
    rows * outputs === 1 ? "" : `${rows}x${outputs}`,
    isa,
    workload === undefined ? "" : `${workload.shape}, per ${workload.unit}`,
    ...first.map((found) =>
      found === undefined || workload === undefined ? "-" : (found[1] / workload.work).toFixed(2),
    ),
  ];
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
