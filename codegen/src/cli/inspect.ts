import { inFile } from "../diagnostics.js";
import { importPosterior } from "../import/import-posterior.js";
import { dump } from "../ir/dump.js";
import { summarize } from "../ir/summary.js";
import { validate } from "../ir/validate.js";
import { readModelFile } from "../run/model-file.js";
import { fine, type Outcome, userError } from "./outcome.js";

/** `pfp inspect`: layers, shapes, sizes, and how the standard deviations look. */
export async function inspect({ model }: { readonly model: string }): Promise<Outcome> {
  const file = await readModelFile(model);
  if (!file.ok) {
    return userError(file.diagnostics);
  }
  const imported = importPosterior(file.value);
  const graph = imported.ok ? validate(imported.value) : imported;
  return graph.ok
    ? fine(dump(graph.value), summarize(graph.value))
    : userError(inFile(model, graph.diagnostics));
}
