import type { LayerParameters, Tensor } from "../../../codegen/src/ir/posterior.js";
import type { Random } from "./random.js";

/**
 * A dense layer [out, inputs] of means up to `magnitude` and smaller sds, unlike from output to
 * output, zeros among both.
 */
export function drawLayer(
  random: Random,
  out: number,
  inputs: number,
  magnitude: number,
): LayerParameters {
  const tensor = (shape: number[], draw: (index: number) => number): Tensor => ({
    shape,
    values: Float64Array.from(
      { length: shape.reduce((product, extent) => product * extent, 1) },
      (_, index) => Math.fround(draw(index)),
    ),
  });
  const rows = Array.from({ length: out }, () => magnitude * (0.1 + random.uniform()));
  const some = (value: number) => (random.integer(0, 7) === 0 ? 0 : value);
  const mean = (index: number) =>
    some((rows[Math.floor(index / inputs)] ?? 1) * (2 * random.uniform() - 1));
  const sd = (index: number) =>
    some((rows[Math.floor(index / inputs)] ?? 1) * 0.2 * (0.3 + random.uniform()));
  return {
    weight: { mean: tensor([out, inputs], mean), sd: tensor([out, inputs], sd) },
    bias: { mean: tensor([out], mean), sd: tensor([out], sd) },
  };
}
