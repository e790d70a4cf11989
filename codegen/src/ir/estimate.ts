import {
  type Kernel,
  type KernelTable,
  panelOutputs,
  type WeightFormat,
  type WeightMemory,
} from "./kernel-table.js";
import { paddedOutputs, type ShapeFields, workOf } from "./work.js";

/** What a call of a kernel costs by the model, in the unit of the table. */
export interface Estimate {
  /** The sum of the two that follow: an in-order core does nothing while it waits. */
  readonly cost: number;
  /** Of what is executed, memory being no hindrance. */
  readonly work: number;
  /** Of bringing the weights from memory; 0 where they stay in a cache. */
  readonly memory: number;
}

/** Bytes a weight, mean and variance together. */
const BYTES: Readonly<Record<WeightFormat, number>> = {
  f32: 8,
  f16: 4,
  bf16: 4,
  i8u8: 2,
  i8u4: 1.5,
};

/** The estimate for `kernel` at a shape, or undefined where the table has no costs for it. */
export function estimate(
  kernel: Kernel,
  shape: ShapeFields,
  { figures, unit, weightMemory }: Pick<KernelTable, "figures" | "unit" | "weightMemory">,
): Estimate | undefined {
  const costs = figures.get(kernel.symbol)?.costs;
  if (costs === undefined) {
    return undefined;
  }
  const counts = workOf(kernel, shape);
  let work = 0;
  for (const [term, cost] of Object.entries(costs)) {
    work += cost * (counts[term] ?? 0);
  }
  const bytes = weightBytes(kernel, shape);
  const memory =
    weightMemory === undefined || bytes <= weightMemory.cacheBytes
      ? 0
      : (bytes * perCycle(weightMemory, unit)) / weightMemory.bytesPerCycle;
  return { cost: work + memory, work, memory };
}

/** Units of a cost table in a cycle. */
function perCycle(memory: WeightMemory, unit: KernelTable["unit"]): number {
  switch (unit) {
    case "instructions":
      return memory.instructionsPerCycle;
    case "cycles":
      return 1;
    case "nanoseconds":
      return 1e9 / memory.clockHz;
  }
}

/** Bytes of weights that a call reads, padding of panels included, biases and scales not. */
export function weightBytes(kernel: Kernel, shape: ShapeFields): number {
  const { op, form, weights } = kernel;
  if (weights === "none" || op === "covariance") {
    return 0;
  }
  const { in_len = 1, in_c = 1, in_planes = 1, kernel_h = 1, kernel_w = 1 } = shape;
  const inputs =
    op === "dense" || op === "dense_batch" ? in_len : kernel_h * kernel_w * in_c * in_planes;
  const moments = form === "exact" ? 0.5 : 1;
  return paddedOutputs(panelOutputs(kernel), shape) * inputs * BYTES[weights] * moments;
}
