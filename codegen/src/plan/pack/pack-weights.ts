import { type Result, success } from "../../diagnostics.js";
import type { Kernel } from "../../ir/kernel-table.js";
import type { LayerParameters } from "../../ir/posterior.js";
import { bf16 } from "./bf16.js";
import { packCompact } from "./compact.js";
import { f16, f16Sums } from "./f16.js";
import { packPanels, packToDraw } from "./f32.js";
import { i8u4, i8u8 } from "./i8.js";

/** The weights of a layer in the order its kernel reads them: floats, or words of smaller formats. */
export type PackedWeights = Float32Array | Uint32Array;

const compact = { f16, bf16, i8u8, i8u4 };

/**
 * Packs the parameters of a dense or conv2d layer as pfp_kernels.h asks for `kernel`. A missing sd
 * is a variance of zero. `isDrawn`: the kernel reads draws of them, for which means and standard
 * deviations are packed.
 */
export function packWeights(
  layer: string,
  parameters: LayerParameters,
  { form, dtype, weights, outputs }: Pick<Kernel, "form" | "dtype" | "weights" | "outputs">,
  isDrawn = false,
): Result<PackedWeights> {
  if (form === "exact") {
    return isDrawn
      ? packToDraw(layer, parameters, outputs)
      : packPanels(layer, parameters, outputs, "mean");
  }
  if (form === "sampled") {
    return packPanels(layer, parameters, outputs, "mean and sd");
  }
  if (weights === "none" || weights === "f32") {
    return packPanels(layer, parameters, outputs);
  }
  const panels = packCompact(layer, parameters, dtype === "f16" ? f16Sums : compact[weights]);
  return panels.ok ? success(words(panels.value)) : panels;
}

/** Little-endian bytes as the words of this computer. */
function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
}
