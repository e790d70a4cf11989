import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { type EvaluateRequest, evaluateModel } from "../run/evaluate/evaluate.js";
import { evaluationAsText } from "./eval-table.js";
import { fine, type Outcome, userError } from "./outcome.js";
import { checkFolder } from "./output-files.js";
import { startPhases } from "./phases.js";

export type EvalRequest = EvaluateRequest & {
  /** Folder for plots. */
  readonly plots?: string;
};

/** `pfp eval`: how right a model is on its user's data, and how right its doubt. */
export async function evaluate(request: EvalRequest): Promise<Outcome> {
  const { plots } = request;
  const problems = plots === undefined ? [] : await checkFolder(plots, "--plots");
  if (problems.length > 0) {
    return userError(problems);
  }
  const phases = startPhases(process.stderr);
  const result = await evaluateModel(request, phases.update).finally(phases.stop);
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { evaluation } = result.value;
  const files: string[] = [];
  if (plots !== undefined) {
    const { evaluationCharts } = await import("./eval-charts.js");
    for (const [name, svg] of await evaluationCharts(result.value)) {
      files.push(join(plots, name));
      await writeFileAtomic(join(plots, name), svg);
    }
  }
  const text = () => `${evaluationAsText(evaluation)}${files.map((file) => `${file}\n`).join("")}`;
  return fine(text, { model: request.model, data: request.data, ...evaluation, plots: files });
}
