import type { Dtype, WeightFormat } from "../../../codegen/src/ir/kernel-table.js";
import type { LayerParameters } from "../../../codegen/src/ir/posterior.js";
import { packWeights } from "../../../codegen/src/plan/pack/pack-weights.js";
import { unwrap } from "./predict.js";

/** What the generator packs for a kernel of form general and panels of eight. */
export function packedBytes(
  weights: WeightFormat,
  parameters: LayerParameters,
  dtype: Dtype = "f32",
): Uint8Array {
  const kernel = { form: "general", dtype, weights, outputs: 8 } as const;
  const { buffer, byteOffset, byteLength } = unwrap(packWeights("layer", parameters, kernel));
  return new Uint8Array(buffer, byteOffset, byteLength);
}
