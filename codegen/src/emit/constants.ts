import type { Plan } from "../plan/plan.js";
import { stringLiteral } from "./literals.js";
import type { Names } from "./names.js";

/** An array of model_weights.c. */
export interface Constant {
  readonly identifier: string;
  readonly comment: string;
  readonly values: Float32Array;
  /** The macro that places it. */
  readonly place: string;
}

const WITH_ALL = "PFP_WEIGHTS";

/** All constants of a model, in the order of their use. */
export function listConstants(plan: Plan, names: Names): Constant[] {
  const { input, layers, head } = plan;
  const constants: Constant[] = [
    {
      identifier: names.inputShift,
      comment: "Mean of the training inputs, one a channel or one for all.",
      values: input.shift,
      place: WITH_ALL,
    },
  ];
  for (const { name, weights, kernel, section } of layers) {
    if (weights !== undefined) {
      constants.push({
        identifier: names.weights(name),
        comment: `${name}: panels of ${kernel.outputs}, means and variances, for ${kernel.symbol}.`,
        values: weights,
        place: section === undefined ? WITH_ALL : `PFP_WEIGHTS_IN(${stringLiteral(section)})`,
      });
    }
  }
  constants.push(
    head.kind === "classification"
      ? {
          identifier: names.normals,
          comment: `${head.points} normal points of ${head.labels.length} dimensions, four side by side.`,
          values: head.normals,
          place: WITH_ALL,
        }
      : {
          identifier: names.noiseVar,
          comment: "Variance of the noise in the data, one an output.",
          values: head.noiseVar,
          place: WITH_ALL,
        },
  );
  return constants;
}
