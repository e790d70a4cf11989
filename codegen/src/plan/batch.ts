import type { Diagnostic } from "../diagnostics.js";
import { findKernel } from "../ir/find-kernel.js";
import type { Graph, Node } from "../ir/graph.js";
import type { KernelOptions, KernelTable, Mode } from "../ir/kernel-table.js";
import { layerRequests } from "../ir/layer-request.js";

/** More inputs at once spare no more loads of weights, but fill caches and memory. */
const MAX_BATCH = 4096;

/**
 * The nodes that run once for a whole batch: from the first dense layer on behind which all dense
 * layers have kernels for batches. Those before run input by input: weights of a convolution serve
 * many positions, and stay in the cache as they are. None without a batch.
 */
export function batchedNodes(
  { nodes, ...graph }: Graph,
  table: KernelTable,
  options: KernelOptions,
  batch: number,
): ReadonlySet<string> {
  const request = layerRequests({ nodes, ...graph }, options);
  const isBatched = (node: Node) =>
    node.op === "relu" ||
    node.op === "flatten" ||
    (node.op === "dense" &&
      findKernel(table, { ...request(node), op: "dense_batch" }) !== undefined);
  const start = batch === 1 ? nodes.length : nodes.findLastIndex((node) => !isBatched(node)) + 1;
  const first = nodes.findIndex(({ op }, index) => index >= start && op === "dense");
  return new Set(first < 0 ? [] : nodes.slice(first).map(({ name }) => name));
}

/** Problems with the size of a batch, none if it is fine. */
export function checkBatch(batch: number, trace: boolean, mode: Mode): Diagnostic[] {
  const problems: Diagnostic[] = [];
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= MAX_BATCH)) {
    problems.push({
      code: "bad-batch",
      path: "--batch",
      message: `expected a whole number from 1 to ${MAX_BATCH}, found ${batch}`,
      hint: "larger batches share no more: call the model several times",
    });
  }
  if (batch > 1 && trace) {
    problems.push({
      code: "trace-of-batch",
      path: "--trace",
      message: `a trace shows the layers of one input, found a batch of ${batch}`,
      hint: "leave out --trace or --batch",
    });
  }
  if (batch > 1 && mode === "sampled") {
    problems.push({
      code: "sampled-batch",
      path: "--batch",
      message: `a sampled network takes one input at a time, found a batch of ${batch}`,
      hint: "leave out --batch, or take --mode pfp or deterministic",
    });
  }
  return problems;
}
