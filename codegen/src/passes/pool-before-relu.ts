import { success } from "../diagnostics.js";
import type { Graph, Node } from "../ir/graph.js";
import { onlyReader, redirect, withNodes } from "../ir/rewrite.js";
import type { Pass } from "./pass.js";

/**
 * Turns `relu -> maxpool2d` into `maxpool2d -> relu`. Maximum and ReLU commute, Clark's
 * approximation is closer before the ReLU, and fewer values pass it (docs/math.md, Layers). A
 * relu that others read as well stays where it is.
 */
export const poolBeforeRelu = {
  name: "pool-before-relu",
  run: (graph: Graph) => {
    let turned = graph;
    for (let pair = findPair(turned); pair !== undefined; pair = findPair(turned)) {
      turned = turn(turned, pair.relu, pair.pool);
    }
    return success(turned);
  },
} satisfies Pass;

function findPair(graph: Graph): { relu: Node; pool: Node } | undefined {
  for (const relu of graph.nodes.filter((node) => node.op === "relu")) {
    const pool = onlyReader(graph, relu.name);
    if (pool?.op === "maxpool2d") {
      return { relu, pool };
    }
  }
  return undefined;
}

function turn(graph: Graph, relu: Node, pool: Node): Graph {
  const redirected = redirect(graph, pool.name, relu.name);
  const nodes = redirected.nodes.map((node) => {
    if (node.name === pool.name) {
      return { ...node, inputs: relu.inputs };
    }
    return node.name === relu.name ? { ...node, inputs: [pool.name] } : node;
  });
  return withNodes(redirected, nodes);
}
