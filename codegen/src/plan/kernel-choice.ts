import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { directReader } from "../ir/direct-input.js";
import { exactValues, isDrawn, nodesBeforeDraws } from "../ir/exactness.js";
import { type Ranking, rankKernels } from "../ir/find-kernel.js";
import { type Graph, hasParameters, INPUT, type WeightedNode } from "../ir/graph.js";
import type { Kernel, KernelOptions, KernelRequest, KernelTable } from "../ir/kernel-table.js";
import { layerRequests } from "../ir/layer-request.js";
import { elements, shapesOf } from "../ir/shapes.js";

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

export interface ChoiceOptions extends KernelOptions {
  /** Of the classification head. */
  readonly points: number;
}

/** What was to choose from for one step of a graph. */
export interface Choice {
  readonly name: string;
  readonly request: KernelRequest;
  readonly ranking: Ranking;
}

/**
 * Ranks the kernels for everything the graph needs, in order of use; for the dense layers among the
 * `batched` nodes those for batches.
 */
export function rankChoices(
  graph: Graph,
  table: KernelTable,
  options: ChoiceOptions,
  batched: ReadonlySet<string> = new Set(),
): Choice[] {
  return requests(graph, options, batched).map(([name, request]) => ({
    name,
    request,
    ranking: rankKernels(table, request),
  }));
}

/** Takes the best kernel of each choice. */
export function chooseKernels(choices: readonly Choice[], target: string): Result<KernelChoice> {
  const chosen = new Map<string, Kernel>();
  const problems: Diagnostic[] = [];
  for (const { name, request, ranking } of choices) {
    const kernel = ranking.candidates[0]?.kernel;
    if (kernel !== undefined) {
      chosen.set(name, kernel);
    } else {
      problems.push({
        code: "no-kernel",
        path: name,
        message: `${target} has no kernel for ${describeRequest(request)}`,
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
function requests(
  graph: Graph,
  options: ChoiceOptions,
  batched: ReadonlySet<string>,
): [string, KernelRequest][] {
  const ofLayer = layerRequests(graph, options);
  const shapes = shapesOf(graph);
  const length = (name: string) => elements(shapes.get(name) ?? []);
  const { tier, weights, points } = options;
  const classes = length(graph.head.input);
  const isDirect = directReader(graph) !== undefined;
  const checked = { len: isDirect ? length(INPUT) : classes };
  const all: [string, KernelRequest][] = [
    [FINITE, { op: "finite", form: "exact", tier, shape: checked }],
  ];
  if (!isDirect) {
    all.push([INPUT, { op: "input", form: "det", tier, shape: copiedInput(graph) }]);
  }
  for (const node of graph.nodes) {
    if (node.op !== "flatten") {
      const request = ofLayer(node);
      const isBatched = node.op === "dense" && batched.has(node.name);
      all.push([node.name, isBatched ? { ...request, op: "dense_batch" } : request]);
    }
  }
  const drawn = graph.nodes.filter(hasParameters).filter(drawsApart);
  if (drawn.length > 0) {
    const len = Math.max(...drawn.map(({ parameters }) => parameters.weight.mean.values.length));
    all.push([DRAW, { op: "draw", form: "general", tier, shape: { len } }]);
  }
  if (nodesBeforeDraws(graph) !== undefined) {
    all.push([ACCUMULATE, { op: "accumulate", form: "exact", tier, shape: { len: classes } }]);
    if (graph.head.kind === "classification") {
      all.push([MIXTURE, { op: "mixture", form: "exact", tier, shape: { len: classes } }]);
    }
  }
  if (hasCovariance(graph)) {
    const last = graph.nodes.find((node) => node.name === graph.head.input);
    const shape = { in_len: length(last?.inputs[0] ?? ""), out_len: classes, in_planes: 1 };
    all.push([COVARIANCE, { op: "covariance", form: "general", tier, weights, shape }]);
  }
  if (graph.head.kind === "classification") {
    all.push(
      exactValues(graph).has(graph.head.input)
        ? [SOFTMAX, { op: "softmax", form: "exact", tier, shape: { len: classes } }]
        : [CLASSIFY, { op: "classify", form: "general", tier, shape: { classes, points } }],
    );
  }
  return all;
}

/**
 * The shape of the kernel that copies the input. A flat input with a mean each is n channels of one
 * element, with one mean a single channel.
 */
export function copiedInput({ input }: Graph): {
  readonly channels: number;
  readonly plane: number;
} {
  const { shape, mean } = input;
  const channels = shape.length === 3 ? (shape[0] ?? 1) : mean.length;
  return { channels, plane: elements(shape) / channels };
}
