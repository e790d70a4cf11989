import type { Result } from "../../diagnostics.js";
import type { Kernel } from "../../ir/kernel-table.js";
import type { LayerParameters } from "../../ir/posterior.js";
import { packMeans, packPanels } from "./f32.js";

/** The weights of a layer in the order its kernel reads them: floats, or words of smaller formats. */
export type PackedWeights = Float32Array | Uint32Array;

/** Packs the parameters of a dense or conv2d layer as pfp_kernels.h asks for `kernel`. */
export function packWeights(
  layer: string,
  parameters: LayerParameters,
  { form, weights, outputs }: Kernel,
): Result<PackedWeights> {
  if (form === "exact") {
    return packMeans(layer, parameters, outputs);
  }
  switch (weights) {
    case "f32":
      return packPanels(layer, parameters, outputs);
    default:
      throw new Error(`weights ${weights} are not packed yet`);
  }
}
