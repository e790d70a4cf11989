import { success } from "../diagnostics.js";
import { exactValues } from "../ir/exactness.js";
import { findKernel } from "../ir/find-kernel.js";
import type { Graph, Maxpool2dNode } from "../ir/graph.js";
import { onlyReader, redirect, withNodes } from "../ir/rewrite.js";
import type { Pass } from "./pass.js";

/**
 * Makes one node `maxpool2d_relu` of a maxpool2d and the relu that alone reads it, where the
 * target has a kernel for it. The node is called after both: `pool1+relu1`.
 */
export const fusePoolRelu: Pass = {
  name: "fuse-pool-relu",
  run: (graph, { kernels, tier }) => {
    const exact = exactValues(graph);
    let fused = graph;
    for (const pool of graph.nodes) {
      const form = exact.has(pool.name) ? "det" : "general";
      if (pool.op === "maxpool2d" && findKernel(kernels, { op: "maxpool2d_relu", form, tier })) {
        fused = fuse(fused, pool.name);
      }
    }
    return success(fused);
  },
};

function fuse(graph: Graph, poolName: string): Graph {
  const pool = graph.nodes.find((node) => node.name === poolName);
  const relu = onlyReader(graph, poolName);
  if (pool?.op !== "maxpool2d" || relu?.op !== "relu") {
    return graph;
  }
  const both: Maxpool2dNode = {
    ...pool,
    name: `${pool.name}+${relu.name}`,
    op: "maxpool2d_relu",
  };
  const redirected = redirect(graph, relu.name, both.name);
  const nodes = redirected.nodes.flatMap((node) => {
    if (node.name === relu.name) {
      return [];
    }
    return node.name === pool.name ? [both] : [node];
  });
  return withNodes(redirected, nodes);
}
