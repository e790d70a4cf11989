import { type Graph, hasParameters, type Node } from "./graph.js";

/**
 * The nodes with every node after those it reads, otherwise in their given order. Nodes on a
 * cycle, and behind one, are left out.
 */
export function topologicalOrder(nodes: readonly Node[]): Node[] {
  const names = new Set(nodes.map((node) => node.name));
  const placed = new Set<string>();
  const order: Node[] = [];
  let waiting = [...nodes];
  while (waiting.length > 0) {
    const later: Node[] = [];
    for (const node of waiting) {
      if (node.inputs.every((input) => placed.has(input) || !names.has(input))) {
        placed.add(node.name);
        order.push(node);
      } else {
        later.push(node);
      }
    }
    if (later.length === waiting.length) {
      break;
    }
    waiting = later;
  }
  return order;
}

/** The names along one cycle, the first repeated at the end; none if there is no cycle. */
export function findCycle(nodes: readonly Node[]): string[] {
  const sorted = new Set(topologicalOrder(nodes).map((node) => node.name));
  const stuck = new Map(
    nodes.filter((node) => !sorted.has(node.name)).map((node) => [node.name, node]),
  );
  let name = stuck.keys().next().value;
  const path: string[] = [];
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    name = stuck.get(name)?.inputs.find((input) => stuck.has(input));
  }
  return name === undefined ? [] : [...path.slice(path.indexOf(name)), name].reverse();
}

/** How often each value is read, by nodes and as one of `outputs`. */
export function countUses(nodes: readonly Node[], outputs: readonly string[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const name of [...nodes.flatMap((node) => node.inputs), ...outputs]) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}

/** The values that a weight stands before. Needs a graph in topological order. */
export function dependsOnWeights({ nodes }: Graph): ReadonlySet<string> {
  const dependent = new Set<string>();
  for (const node of nodes) {
    if (hasParameters(node) || node.inputs.some((input) => dependent.has(input))) {
      dependent.add(node.name);
    }
  }
  return dependent;
}
