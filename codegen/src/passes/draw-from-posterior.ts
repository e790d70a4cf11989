import { failure, success } from "../diagnostics.js";
import { hasUncertainParameters } from "../ir/exactness.js";
import { type Graph, hasParameters, type Node } from "../ir/graph.js";
import { redirect, withNodes } from "../ir/rewrite.js";
import type { Pass } from "./pass.js";

/**
 * Mode `sampled`: makes every value exact within a pass. Layers with uncertain parameters compute
 * with draws of them, or, where activations are drawn, a node `reparameterize` follows that draws
 * their output before anything else reads it; it is called after the layer: `fc1 drawn`.
 */
export const drawFromPosterior: Pass = {
  name: "draw-from-posterior",
  run: (graph, { sampling }) => {
    if (sampling === undefined) {
      return success(graph);
    }
    if (!graph.nodes.some(hasUncertainParameters)) {
      return failure({
        code: "nothing-to-draw",
        path: "--mode",
        message: "no weight has a standard deviation, so all samples would be the same",
        hint: "use --mode deterministic",
      });
    }
    if (sampling.draw === "activations") {
      return success(graph.nodes.filter(hasUncertainParameters).reduce(drawOutput, graph));
    }
    const drawn = sampling.draw === "weights" ? "each pass" : "beforehand";
    const nodes = graph.nodes.map((node): Node => {
      return hasParameters(node) && hasUncertainParameters(node) ? { ...node, drawn } : node;
    });
    return success({ ...graph, nodes });
  },
};

function drawOutput(graph: Graph, { name }: Node): Graph {
  const drawn = `${name} drawn`;
  const redirected = redirect(graph, name, drawn);
  return withNodes(redirected, [
    ...redirected.nodes,
    { name: drawn, op: "reparameterize", inputs: [name] },
  ]);
}
