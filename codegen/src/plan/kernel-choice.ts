import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { directReader } from "../ir/direct-input.js";
import { exactValues, isDrawn, nodesBeforeDraws } from "../ir/exactness.js";
import { type Graph, hasParameters, INPUT, type WeightedNode } from "../ir/graph.js";
import {
  findKernel,
  type Kernel,
  type KernelOptions,
  type KernelRequest,
  type KernelTable,
} from "../ir/kernel-table.js";
import { layerRequests } from "../ir/layer-request.js";

/** The places in a choice of what belongs to no node. No node can have such a name. */
export const SOFTMAX = "(softmax)";
export const CLASSIFY = "(classify)";
export const COVARIANCE = "(covariance)";
export const FINITE = "(finite)";
export const DRAW = "(draw)";
export const ACCUMULATE = "(accumulate)";
export const MIXTURE = "(mixture)";

/**
 * The kernels of a graph by node name; those of the head, of the checks and of draws as above, and
 * by INPUT that which copies the input, where one does.
 */
export type KernelChoice = ReadonlyMap<string, Kernel>;

/** Takes the kernel that fits best, by findKernel, for everything the graph needs. */
export function chooseKernels(
  graph: Graph,
  table: KernelTable,
  options: KernelOptions,
): Result<KernelChoice> {
  const chosen = new Map<string, Kernel>();
  const problems: Diagnostic[] = [];
  for (const [name, request] of requests(graph, options)) {
    const kernel = findKernel(table, request);
    if (kernel !== undefined) {
      chosen.set(name, kernel);
    } else {
      problems.push({
        code: "no-kernel",
        path: name,
        message: `${table.target} has no kernel for ${describeRequest(request)}`,
        hint: "choose another target, tier or format of weights",
      });
    }
  }
  return problems.length > 0 ? failure(...problems) : success(chosen);
}

function describeRequest({ op, form, tier, weights }: KernelRequest): string {
  const stored = weights === undefined ? "" : `, weights ${weights}`;
  return `${op}, form ${form}, tier ${tier}${stored}`;
}

/** The kernel chosen for `name`; chooseKernels has found one for all. */
export function chosenKernel(kernels: KernelChoice, name: string): Kernel {
  const kernel = kernels.get(name);
  if (kernel === undefined) {
    throw new Error(`no kernel was chosen for ${name}`);
  }
  return kernel;
}

/** Whether a kernel of its own draws the weights of a node, which the node's kernel then reads. */
export function drawsApart(node: WeightedNode): boolean {
  return isDrawn(node) && !(node.op === "dense" && node.drawn === "each pass");
}

/** True where the logits come from a dense layer of uncertain inputs, which makes them covary. */
export function hasCovariance(graph: Graph): boolean {
  const exact = exactValues(graph);
  const last = graph.nodes.find((node) => node.name === graph.head.input);
  return (
    graph.head.kind === "classification" &&
    last?.op === "dense" &&
    !last.inputs.every((input) => exact.has(input))
  );
}

/** What a graph asks of kernels, in order of their use. */
function requests(graph: Graph, options: KernelOptions): [string, KernelRequest][] {
  const ofLayer = layerRequests(graph, options);
  const { tier, weights } = options;
  const all: [string, KernelRequest][] = [[FINITE, { op: "finite", form: "exact", tier }]];
  if (directReader(graph) === undefined) {
    all.push([INPUT, { op: "input", form: "det", tier }]);
  }
  for (const node of graph.nodes) {
    if (node.op !== "flatten") {
      all.push([node.name, ofLayer(node)]);
    }
  }
  if (graph.nodes.some((node) => hasParameters(node) && drawsApart(node))) {
    all.push([DRAW, { op: "draw", form: "general", tier }]);
  }
  if (nodesBeforeDraws(graph) !== undefined) {
    all.push([ACCUMULATE, { op: "accumulate", form: "exact", tier }]);
    if (graph.head.kind === "classification") {
      all.push([MIXTURE, { op: "mixture", form: "exact", tier }]);
    }
  }
  if (hasCovariance(graph)) {
    all.push([COVARIANCE, { op: "covariance", form: "general", tier, weights }]);
  }
  if (graph.head.kind === "classification") {
    all.push(
      exactValues(graph).has(graph.head.input)
        ? [SOFTMAX, { op: "softmax", form: "exact", tier }]
        : [CLASSIFY, { op: "classify", form: "general", tier }],
    );
  }
  return all;
}
