import type { Diagnostic } from "../../diagnostics.js";

/** A layer in which no float holds `what`. */
export function weightOverflow(layer: string, what: string): Diagnostic {
  return {
    code: "weight-overflow",
    path: layer,
    message: `${what} exceeds the largest float`,
    hint: "check the layer's tensors and input.scale, by which the first layer's are divided",
  };
}
