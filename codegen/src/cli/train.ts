import { runTraining, type TrainingRequest } from "../run/training.js";
import { EXIT, fine, type Outcome, userError } from "./outcome.js";

/** `pfp train`: trains a posterior on the user's data, in Python, and shows how it goes. */
export async function train(
  request: TrainingRequest & { readonly json: boolean },
): Promise<Outcome> {
  const { out, json } = request;
  const stream = json ? process.stderr : process.stdout;
  const result = await runTraining(request, (text) => stream.write(text), !json);
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { exitCode, problems, report } = result.value;
  if (exitCode !== EXIT.fine) {
    return { exitCode, text: () => "", json: { errors: problems }, problems };
  }
  return fine("", { out, report });
}
