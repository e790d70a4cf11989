import { failure, success } from "../diagnostics.js";
import { hasParameters, type Node } from "../ir/graph.js";
import type { GaussianTensor } from "../ir/posterior.js";
import type { Pass } from "./pass.js";

/** Mode `deterministic`: every parameter becomes its mean, so that all values are exact. */
export const posteriorMeans: Pass = {
  name: "posterior-means",
  run: (graph, { mode, weights }) => {
    if (mode !== "deterministic") {
      return success(graph);
    }
    if (weights !== "f32") {
      return failure({
        code: "bad-weights",
        path: "--weights",
        message: `mode deterministic stores its weights as f32, not as ${weights}`,
        hint: "leave out --weights",
      });
    }
    return success({ ...graph, nodes: graph.nodes.map(withoutSd) });
  },
};

function withoutSd(node: Node): Node {
  if (!hasParameters(node)) {
    return node;
  }
  const { weight, bias } = node.parameters;
  const parameters = {
    weight: meanOf(weight),
    ...(bias === undefined ? {} : { bias: meanOf(bias) }),
  };
  return { ...node, parameters };
}

function meanOf({ mean }: GaussianTensor): GaussianTensor {
  return { mean };
}
