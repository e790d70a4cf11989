import { type Diagnostic, inFile } from "../../diagnostics.js";
import { type Graph, hasParameters, hasSd } from "../../ir/graph.js";

/** The problem with a network that knows no epistemic uncertainty, none where it does. */
export function missingSd(model: string, graph: Graph): Diagnostic[] {
  const has = graph.nodes.filter(hasParameters).some(hasSd);
  const problem = {
    code: "no-sd",
    path: "file",
    message: "no weight has a standard deviation, so there is no epistemic uncertainty",
    hint: "give a posterior, with a tensor LAYER.weight.sd for each layer",
  };
  return has ? [] : inFile(model, [problem]);
}
