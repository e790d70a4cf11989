import Table from "cli-table3";
import { counted } from "../diagnostics.js";
import type { DriftMeasure, Measures } from "../eval/drift-bounds.js";
import type { AutoRequest } from "../run/auto-request.js";
import { type SettledWeights, settleWeights, type WeightsChoice } from "../run/auto-weights.js";
import { type Outcome, userError } from "./outcome.js";
import { type Progress, startProgress } from "./progress.js";
import { COMPACT } from "./table-style.js";

/**
 * Settles the format of weights of a request and does the rest with it; what a measurement chose
 * stands before the rest's own text, and as `weights` in its document.
 */
export async function withSettledWeights(
  request: AutoRequest,
  rest: (weights: SettledWeights["weights"]) => Promise<Outcome>,
): Promise<Outcome> {
  let progress: Progress | undefined;
  const settled = await settleWeights(request, (done, of) => {
    progress ??= startProgress(of, process.stderr, "predictions of calibration inputs");
    progress.update(done);
  }).finally(() => progress?.stop());
  if (!settled.ok) {
    return userError(settled.diagnostics);
  }
  const { weights, choice } = settled.value;
  const outcome = await rest(weights);
  return choice === undefined
    ? outcome
    : {
        ...outcome,
        text: () => `${choiceAsText(choice)}${outcome.text()}`,
        json: { ...(outcome.json as object), weights: choice },
      };
}

/** A line a candidate, the bounds, and what was taken. */
function choiceAsText(choice: WeightsChoice): string {
  const { took, inputs, bounds, candidates, left_out, warnings } = choice;
  const measures = Object.keys(bounds) as DriftMeasure[];
  const rows = new Table({
    head: ["weights", "bytes", ...measures, ""],
    colAligns: ["left", "right", ...measures.map(() => "right" as const), "left"],
    ...COMPACT,
  });
  const values = (of: Measures) => measures.map((measure) => show(of[measure]));
  for (const { weights, weight_bytes, drift, within } of candidates) {
    const verdict = weights === took ? "taken" : within ? "" : "too far";
    rows.push([weights, String(weight_bytes), ...values(drift), verdict]);
  }
  rows.push(["at most", "", ...values(bounds), ""]);
  const others = left_out.map(({ weights, why }) => `without ${weights}: ${why}\n`).join("");
  const warned = warnings.map((warning) => `warning: ${warning}\n`).join("");
  return `${rows.toString()}\nweights ${took}: the smallest whose drift from f32 stays within bounds, over ${counted(inputs, "input")}\n${others}${warned}`;
}

function show(value = Number.NaN): string {
  return value === 0 ? "0" : String(Number(value.toPrecision(2)));
}
