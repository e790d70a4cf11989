import { type Graph, hasParameters, INPUT, type Node } from "./graph.js";
import type { Kernel } from "./kernel-table.js";

/** How much of what a node computes with is exact; the kernel forms of pfp_kernels.def. */
export type Form = Kernel["form"];

/**
 * The values whose variance is zero because no uncertain weight stands before them: the input, and
 * what operators without parameters, or with exact or drawn ones, make of it; and values that are
 * drawn. Needs a graph in topological order.
 */
export function exactValues(graph: Graph): ReadonlySet<string> {
  const exact = new Set([INPUT]);
  for (const node of graph.nodes) {
    const keeps = !hasUncertainParameters(node) || isDrawn(node);
    if (node.op === "reparameterize" || (keeps && node.inputs.every((input) => exact.has(input)))) {
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
  if (!hasParameters(node) || !exact.has(node.name)) {
    return "det";
  }
  return node.op === "dense" && node.drawn === "each pass" ? "sampled" : "exact";
}

/** Whether the node makes another value in each pass of a sampled network. */
export function isDrawn(node: Node): boolean {
  return node.op === "reparameterize" || (hasParameters(node) && node.drawn !== undefined);
}

/**
 * How many nodes stand before the first one that draws: they depend on no draw, so that they run
 * once. Undefined where nothing is drawn.
 */
export function nodesBeforeDraws({ nodes }: Graph): number | undefined {
  const first = nodes.findIndex(isDrawn);
  return first < 0 ? undefined : first;
}

/** Whether a weight or a bias of the node has a standard deviation. */
export function hasUncertainParameters(node: Node): boolean {
  return (
    hasParameters(node) &&
    (node.parameters.weight.sd !== undefined || node.parameters.bias?.sd !== undefined)
  );
}
