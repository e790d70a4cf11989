import type { Figures } from "./figures.js";

/** Instructions per unit of work, by target and kernel: what the generator estimates with. */
export interface Costs {
  readonly [target: string]: { readonly [symbol: string]: number };
}

/** A kernel's first workload stands for it; the figure has four digits. */
export function costsOf(figures: Figures): Costs {
  return Object.fromEntries(
    Object.entries(figures).map(([target, { kernels }]) => [
      target,
      Object.fromEntries(
        Object.entries(kernels).flatMap(([symbol, { workloads }]) => {
          const [first] = Object.values(workloads);
          return first === undefined
            ? []
            : [[symbol, Number((first.instructions / first.work).toPrecision(4))]];
        }),
      ),
    ]),
  );
}
