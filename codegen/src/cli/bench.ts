import { writeFile } from "node:fs/promises";
import { type BenchRequest, benchModel } from "../run/bench/bench.js";
import { checkWritable } from "../run/given-file.js";
import { benchAsText } from "./bench-table.js";
import { fine, type Outcome, userError } from "./outcome.js";
import { type Progress, startProgress } from "./progress.js";

/** `pfp bench`: what each layer of a model takes on each target, as table, JSON and chart. */
export async function bench(
  request: BenchRequest & { readonly svg?: string; readonly json: boolean },
): Promise<Outcome> {
  const { svg } = request;
  const problems = svg === undefined ? [] : await checkWritable(svg, "--svg");
  if (problems.length > 0) {
    return userError(problems);
  }
  let progress: Progress | undefined;
  const result = await benchModel(request, (done, of) => {
    progress ??= startProgress(of, process.stderr, "programs");
    progress.update(done);
  }).finally(() => progress?.stop());
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { measurements } = result.value;
  if (svg !== undefined) {
    const { benchAsSvg } = await import("./bench-chart.js");
    await writeFile(svg, await benchAsSvg(measurements));
  }
  return fine(benchAsText(result.value), { model: measurements[0]?.graph, ...result.value });
}
