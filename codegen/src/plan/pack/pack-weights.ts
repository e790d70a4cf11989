import { type Result, success } from "../../diagnostics.js";
import type { WeightFormat } from "../../ir/kernel-table.js";
import type { LayerParameters } from "../../ir/posterior.js";
import { bf16 } from "./bf16.js";
import { packCompact } from "./compact.js";
import { f16 } from "./f16.js";
import { packPanels } from "./f32.js";
import { i8u4, i8u8 } from "./i8.js";

/** Weights as a kernel reads them. */
export interface PackedWeights {
  /** What C calls the elements of the array; all formats take whole ones, of four bytes. */
  readonly element: "float" | "uint32_t";
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

const compact = { f16, bf16, i8u8, i8u4 };

/**
 * Packs the parameters of a dense or conv2d layer for a kernel of `format` and `outputs` outputs,
 * which are 8 in all formats but f32; the layouts are those of pfp_kernels.h. A missing sd is a
 * variance of zero.
 */
export function packWeights(
  format: WeightFormat,
  layer: string,
  parameters: LayerParameters,
  outputs: number,
): Result<PackedWeights> {
  if (format === "f32") {
    const panels = packPanels(layer, parameters, outputs);
    return panels.ok ? success({ element: "float", bytes: littleEndian(panels.value) }) : panels;
  }
  const panels = packCompact(layer, parameters, outputs, compact[format]);
  return panels.ok ? success({ element: "uint32_t", bytes: panels.value }) : panels;
}

function littleEndian(floats: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * floats.length);
  const view = new DataView(bytes.buffer);
  floats.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}
