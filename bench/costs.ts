import { workOf } from "../codegen/src/ir/work.js";
import type { CostTable } from "../codegen/src/target/cost-table.js";
import type { Figures, KernelFigures } from "./figures.js";
import { fit } from "./fit.js";
import { fieldsOf, kernelOf, numbersOf } from "./workloads.js";

/** A cost table as a file. */
export interface CostFile {
  readonly schema: 1;
  readonly measured: string;
  readonly targets: CostTable;
}

/** runtime-c/costs.json: what the generator chooses and estimates with. */
export function costsOf(figures: Figures): CostFile {
  return {
    schema: 1,
    measured: "bench/baseline.json, instructions under QEMU, by make baseline",
    targets: Object.fromEntries(
      Object.entries(figures).map(([target, { kernels }]) => [
        target,
        {
          unit: "instructions",
          kernels: Object.fromEntries(
            Object.entries(kernels).map(([symbol, { workloads }]) => [
              symbol,
              kernelCosts(symbol, workloads),
            ]),
          ),
        },
      ]),
    ),
  };
}

/** What each term of a kernel's work costs, from what it took at its workloads. */
export function kernelCosts(
  symbol: string,
  workloads: KernelFigures["workloads"],
): Record<string, number> {
  const kernel = kernelOf(symbol);
  return fit(
    Object.entries(workloads).map(([numbers, cost]) => ({
      work: workOf(kernel, fieldsOf(kernel.op, numbersOf(numbers))),
      cost,
    })),
  );
}
