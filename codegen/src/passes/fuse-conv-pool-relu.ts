import { success } from "../diagnostics.js";
import { findKernel } from "../ir/find-kernel.js";
import type { Conv2dPoolReluNode, Graph, Maxpool2dNode } from "../ir/graph.js";
import type { KernelRequest, KernelTable } from "../ir/kernel-table.js";
import { layerRequests } from "../ir/layer-request.js";
import { onlyReader, redirect, withNodes } from "../ir/rewrite.js";
import type { Pass, PassContext } from "./pass.js";

/**
 * Makes one node `conv2d_maxpool2d_relu` of a conv2d and the maxpool2d_relu of 2x2 windows at
 * stride 2 that alone reads it, where the target has a kernel for it that is as well made as the
 * one for conv2d: the values between are a network's largest, and never reach memory. The node is called after all: `conv1+pool1+relu1`.
 * Needs layout `hwc`.
 */
export const fuseConvPoolRelu: Pass = {
  name: "fuse-conv-pool-relu",
  run: (graph, context) => {
    let fused = graph;
    for (const conv of graph.nodes) {
      const pool = onlyReader(fused, conv.name);
      if (conv.op === "conv2d" && pool?.op === "maxpool2d_relu" && isTwoByTwo(pool)) {
        fused = fuse(fused, conv.name, pool, context);
      }
    }
    return success(fused);
  },
};

function isTwoByTwo({ size, stride }: Maxpool2dNode): boolean {
  return [...size, ...stride].every((extent) => extent === 2);
}

/** `graph` with both in one, or as it is where the target lacks the kernel. */
function fuse(graph: Graph, name: string, pool: Maxpool2dNode, context: PassContext): Graph {
  const conv = graph.nodes.find((node) => node.name === name);
  if (conv?.op !== "conv2d") {
    return graph;
  }
  const both: Conv2dPoolReluNode = {
    ...conv,
    name: `${conv.name}+${pool.name}`,
    op: "conv2d_maxpool2d_relu",
  };
  const redirected = redirect(graph, pool.name, both.name);
  const nodes = redirected.nodes.flatMap((node) => {
    if (node.name === pool.name) {
      return [];
    }
    return node.name === name ? [both] : [node];
  });
  const fused = withNodes(redirected, nodes);
  const request = layerRequests(fused, context)(both);
  const best = rank(context.kernels, request);
  const apart = rank(context.kernels, { ...request, op: "conv2d" });
  return Number.isFinite(best) && best <= apart ? fused : graph;
}

/** How good the instruction set of the kernel for a request is: 0 the best, infinite for none. */
function rank(table: KernelTable, request: KernelRequest): number {
  const isa = findKernel(table, request)?.isa;
  return isa === undefined
    ? Number.POSITIVE_INFINITY
    : table.kernels.findIndex((kernel) => kernel.isa === isa);
}
