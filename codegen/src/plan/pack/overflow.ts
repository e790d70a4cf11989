import type { Diagnostic } from "../../diagnostics.js";

/** A layer whose means or variances no float holds. */
export function weightOverflow(layer: string): Diagnostic {
  return {
    code: "weight-overflow",
    path: layer,
    message: "a mean, or the square of an sd, exceeds the largest float",
    hint: "check the layer's tensors and input.scale, by which the first layer's are divided",
  };
}
