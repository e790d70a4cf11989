import { type Graph, hasParameters, INPUT, type Node } from "./graph.js";

/** How much of what a node computes with is exact; the kernel forms of pfp_kernels.def. */
export type Form = "general" | "det" | "exact";

/**
 * The values whose variance is zero because no uncertain weight stands before them: the input, and
 * what operators without parameters, or with exact ones, make of it. Needs a graph in topological
 * order.
 */
export function exactValues(graph: Graph): ReadonlySet<string> {
  const exact = new Set([INPUT]);
  for (const node of graph.nodes) {
    if (!hasUncertainParameters(node) && node.inputs.every((input) => exact.has(input))) {
      exact.add(node.name);
    }
  }
  return exact;
}

/** The form of a node's kernel. Operators without parameters are `det` on exact inputs. */
export function formOf(node: Node, exact: ReadonlySet<string>): Form {
  if (!node.inputs.every((input) => exact.has(input))) {
    return "general";
  }
  return hasParameters(node) && exact.has(node.name) ? "exact" : "det";
}

/** Whether a weight or a bias of the node has a standard deviation. */
export function hasUncertainParameters(node: Node): boolean {
  return (
    hasParameters(node) &&
    (node.parameters.weight.sd !== undefined || node.parameters.bias?.sd !== undefined)
  );
}
