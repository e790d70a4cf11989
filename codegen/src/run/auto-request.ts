import type { GivenBound } from "../eval/drift-bounds.js";
import type { WeightFormat } from "../ir/kernel-table.js";
import type { ModelRequest } from "./prepare.js";

/** `--weights auto`: the smallest format whose drift stays within bounds. */
export const AUTO = "auto";

/** A model whose format of weights may be left to a measurement. */
export interface AutoRequest extends Omit<ModelRequest, "weights"> {
  readonly weights: WeightFormat | typeof AUTO;
  /** Files of inputs on which `auto` measures, as readImages takes them. */
  readonly calibration?: readonly string[];
  /** Bounds other than the defaults. */
  readonly "max-drift"?: readonly GivenBound[];
}
