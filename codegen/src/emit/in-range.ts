import type { LayerPlan, Plan } from "../plan/plan.js";
import { headPlaces, type Names } from "./names.js";

/** Calls of the kernel that tells whether values are finite, as expressions for the templates. */

/** Lengths of what NAME_predict writes: those of one input. */
const MEANS = "sizeof out->mean / sizeof(float)";
const VARS = "sizeof out->var / sizeof(float)";

/** Of the value that the head reads, for one input or all of a batch; variances empty where exact. */
export function logitsInRange(plan: Plan, names: Names) {
  const { source, input, kind } = plan.head;
  const macro = `${names.upper}_${kind === "regression" ? "OUTPUTS" : "CLASSES"}`;
  const all = `count * ${macro}`;
  const [means, vars] = plan.batch > 1 ? [all, all] : [MEANS, VARS];
  return {
    meanInRange: finite(plan, means, names.pointer(source, "MEAN")),
    varInRange: input.var === undefined ? "" : finite(plan, vars, names.pointer(source, "VAR")),
  };
}

/**
 * Of the variances of a sampled network's layer; empty elsewhere. One that overflows would make an
 * infinite draw, which a relu can hide.
 */
export function layerInRange({ name, output }: LayerPlan, plan: Plan, names: Names): string {
  return plan.sampling === undefined || output.var === undefined
    ? ""
    : finite(plan, String(output.length), names.pointer(name, "VAR"));
}

/** Of the sums of squares of all passes. */
export function squaresInRange(plan: Plan): string {
  return finite(plan, VARS, `base + ${headPlaces.squares}`);
}

function finite(plan: Plan, length: string, values: string): string {
  return `${plan.finite.symbol}(${length}, ${values})`;
}
