import type { Graph, Node } from "./graph.js";
import { topologicalOrder } from "./topology.js";

/** `graph` with other nodes, put into topological order. */
export function withNodes(graph: Graph, nodes: readonly Node[]): Graph {
  return { ...graph, nodes: topologicalOrder(nodes) };
}

/** Lets every reader of value `from`, the head included, read value `to` instead. */
export function redirect(graph: Graph, from: string, to: string): Graph {
  const rename = (name: string) => (name === from ? to : name);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
    head: { ...graph.head, input: rename(graph.head.input) },
  };
}

/** The one node that reads value `name`, or undefined if there are more or the head reads it. */
export function onlyReader(graph: Graph, name: string): Node | undefined {
  const readers = graph.nodes.filter((node) => node.inputs.includes(name));
  return readers.length === 1 && graph.head.input !== name ? readers[0] : undefined;
}
