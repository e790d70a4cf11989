import { type Graph, hasParameters, INPUT } from "./graph.js";

/**
 * The values whose variance is zero because no weight stands before them: the input, and what
 * operators without parameters make of it. Needs a graph in topological order.
 */
export function exactValues(graph: Graph): ReadonlySet<string> {
  const exact = new Set([INPUT]);
  for (const node of graph.nodes) {
    if (!hasParameters(node) && node.inputs.every((input) => exact.has(input))) {
      exact.add(node.name);
    }
  }
  return exact;
}
