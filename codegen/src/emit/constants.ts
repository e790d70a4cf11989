import { type Kernel, panelOutputs } from "../ir/kernel-table.js";
import type { DrawPlan, Plan } from "../plan/plan.js";
import type { Names } from "./names.js";

/** An array of model_weights.c. */
export interface Constant {
  readonly identifier: string;
  readonly comment: string;
  readonly values: Float32Array | Uint32Array;
  /** Its linker section, where it is not that of all. */
  readonly section?: string;
}

/** All constants of a model, in the order of their use. */
export function listConstants(plan: Plan, names: Names): Constant[] {
  const { input, layers, head } = plan;
  const constants: Constant[] = [
    {
      identifier: names.inputShift,
      comment: "Mean of the training inputs, one a channel or one for all.",
      values: input.shift,
    },
  ];
  for (const { name, weights, kernel, draw, section } of layers) {
    if (weights !== undefined) {
      constants.push({
        identifier: names.weights(name),
        comment: `${name}: panels of ${panelOutputs(kernel)}, ${stored(kernel, draw)}, for ${kernel.symbol}.`,
        values: weights,
        ...(section === undefined ? {} : { section }),
      });
    }
  }
  return [...constants, ...headConstants(head, names)];
}

/** What a kernel's panels hold. */
function stored({ form, weights }: Kernel, draw: DrawPlan | undefined): string {
  if (form === "exact") {
    return draw === undefined ? "means" : "all means before all deviations, to draw from";
  }
  if (form === "sampled") {
    return "means and deviations";
  }
  return weights === "f32" ? "means and variances" : `means and deviations as ${weights}`;
}

function headConstants(head: Plan["head"], names: Names): Constant[] {
  switch (head.kind) {
    case "classification":
      return [
        {
          identifier: names.normals,
          comment: `${head.points} normal points of ${head.labels.length} dimensions, four side by side.`,
          values: head.normals,
        },
      ];
    case "softmax":
      return [];
    case "regression":
      return [
        {
          identifier: names.noiseVar,
          comment: "Variance of the noise in the data, one an output.",
          values: head.noiseVar,
        },
      ];
  }
}
