import { type Graph, hasParameters } from "../ir/graph.js";

/**
 * The head's input, and the values it is made of without a layer with weights between: what they
 * are stored as and their scale, the head sees.
 */
export function valuesBeforeHead(graph: Graph): ReadonlySet<string> {
  const before = new Set([graph.head.input]);
  for (const node of [...graph.nodes].reverse()) {
    if (before.has(node.name) && !hasParameters(node)) {
      for (const input of node.inputs) {
        before.add(input);
      }
    }
  }
  return before;
}
