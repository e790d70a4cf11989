import type { Kernel } from "../codegen/src/ir/kernel-table.js";
import type { Figures } from "./figures.js";

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

function row(kernel: Kernel, figures: Figures, targets: readonly string[]): string[] {
  const { symbol, form, tier, weights, rows, outputs, isa } = kernel;
  const first = targets.map((target) =>
    Object.entries(figures[target]?.kernels[symbol]?.workloads ?? {}).at(0),
  );
  const [workload = ""] = first.find((found) => found !== undefined) ?? [];
  return [
    `\`${symbol}\``,
    form,
    tier,
    weights === "none" ? "" : weights,
    rows * outputs === 1 ? "" : `${rows}x${outputs}`,
    isa,
    workload,
    ...first.map((found) => {
      const { instructions, work } = found?.[1] ?? {};
      return instructions === undefined || work === undefined
        ? "-"
        : (instructions / work).toFixed(2);
    }),
  ];
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
