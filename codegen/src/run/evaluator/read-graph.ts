import { failure, inFile, type Result } from "../../diagnostics.js";
import { importPosterior } from "../../import/import-posterior.js";
import type { Graph } from "../../ir/graph.js";
import { validate } from "../../ir/validate.js";
import { applyCalibration } from "../../passes/apply-calibration.js";
import { poolBeforeRelu } from "../../passes/pool-before-relu.js";
import { readModelFile } from "../model-file.js";

/**
 * The network of a posterior file as the evaluator runs it: by the rules of generated code.
 *
 * @param calibrated whether a calibration that the file holds is applied
 */
export async function readGraph(path: string, calibrated = true): Promise<Result<Graph>> {
  const file = await readModelFile(path);
  if (!file.ok) {
    return file;
  }
  const graph = importPosterior(file.value);
  const valid = graph.ok ? validate(graph.value) : graph;
  const applied = valid.ok ? applyCalibration.run(valid.value, { calibrated }) : valid;
  return applied.ok
    ? poolBeforeRelu.run(applied.value)
    : failure(...inFile(path, applied.diagnostics));
}
