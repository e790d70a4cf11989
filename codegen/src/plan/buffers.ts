import { directReader } from "../ir/direct-input.js";
import { nodesBeforeDraws } from "../ir/exactness.js";
import { type Graph, INPUT, type Node } from "../ir/graph.js";
import { type KernelShape, kernelShape } from "../ir/kernel-shape.js";
import { type Dtype, dtypeBytes, type Kernel } from "../ir/kernel-table.js";
import { elements, shapesOf } from "../ir/shapes.js";
import type { Buffer, Overlap } from "./arena.js";
import {
  ACCUMULATE,
  CLASSIFY,
  COVARIANCE,
  hasCovariance,
  type KernelChoice,
  MIXTURE,
  SOFTMAX,
} from "./kernel-choice.js";
import { rowGap } from "./row-gap.js";
import { scratchLength } from "./scratch.js";
import { type StoredValue, stepsOf } from "./stored-values.js";

export type BufferPart = "mean" | "var" | "scratch" | "weights" | "cov" | "probability" | "squares";

/** All that the arena holds, by the names of the graph's values. */
type Values = ReadonlyMap<string, StoredValue>;

/** A buffer's name in the arena: that of a value, a node or a step of the head, and what of it. */
export function bufferName(owner: string, part: BufferPart): string {
  return `${owner}:${part}`;
}

/** Means of all values, and variances of those that have any; none of an input that is read directly. */
export function valueBuffers(graph: Graph, values: Values): Buffer[] {
  const all = [...values.values()];
  const isRead = directReader(graph) !== undefined;
  const owners = all.filter(({ name, owner }) => owner === name && !(isRead && name === INPUT));
  return owners.flatMap(({ name, dtype, length, count, exact, first }) => {
    const sharing = all.filter(({ owner }) => owner === name);
    const part = (part: BufferPart, of: readonly StoredValue[]) => {
      const last = Math.max(...of.map((value) => value.last));
      return buffer(name, part, count * length, first, last, dtype);
    };
    const uncertain = sharing.filter((value) => !value.exact);
    return [part("mean", sharing), ...(exact ? [] : [part("var", uncertain)])];
  });
}

/**
 * What nodes need while they run: their kernels' scratch, and `drawn`, floats of the weights that
 * are drawn into the arena.
 */
export function workBuffers(
  graph: Graph,
  kernels: KernelChoice,
  drawn: ReadonlyMap<string, number>,
): Buffer[] {
  return runs(graph, kernels).flatMap(({ node: { name }, kernel, shape, step }) => {
    const scratch = scratchLength(kernel, shape);
    const weights = drawn.get(name);
    return [
      ...(scratch > 0 ? [buffer(name, "scratch", scratch, step, step, kernel.dtype)] : []),
      ...(weights === undefined ? [] : [buffer(name, "weights", weights, step, step)]),
    ];
  });
}

/** What the head of a classification needs. */
export function headBuffers(graph: Graph, values: Values): Buffer[] {
  const { covariance, classify } = stepsOf(graph);
  const classes = countClasses(graph);
  if (classes === 0) {
    return [];
  }
  if (values.get(graph.head.input)?.exact === true) {
    return [buffer(SOFTMAX, "probability", classes, classify, classify)];
  }
  const scratch = 4 * Math.ceil(classes / 4);
  return [
    ...(hasCovariance(graph)
      ? [buffer(COVARIANCE, "scratch", scratch, covariance, covariance)]
      : []),
    buffer(CLASSIFY, "cov", (classes * (classes + 1)) / 2, covariance, classify),
    buffer(CLASSIFY, "scratch", 8 * classes, classify, classify),
    buffer(CLASSIFY, "probability", classes, classify, classify),
  ];
}

/** What the passes of a sampled network add up. */
export function passBuffers(graph: Graph): Buffer[] {
  const before = nodesBeforeDraws(graph);
  if (before === undefined) {
    return [];
  }
  const outputs = elements(shapesOf(graph).get(graph.head.input) ?? []);
  const classes = countClasses(graph);
  const sum = (owner: string, part: BufferPart, length: number) =>
    buffer(owner, part, length, before + 1, stepsOf(graph).classify);
  return [
    sum(ACCUMULATE, "mean", outputs),
    sum(ACCUMULATE, "squares", outputs),
    ...(classes > 0 ? [sum(MIXTURE, "probability", classes)] : []),
  ];
}

/**
 * Leave for layers that work in rows to write over an input that nobody else needs, and for `narrow`,
 * whose halves take less room than the floats they come from: means over means, variances over
 * variances.
 */
export function rowOverlaps(
  graph: Graph,
  kernels: KernelChoice,
  values: Values,
  buffers: readonly Buffer[],
): Overlap[] {
  return runs(graph, kernels).flatMap(({ node, kernel, shape, step }) => {
    const output = values.get(node.name);
    const source = values.get(node.inputs[0] ?? "")?.owner ?? "";
    if (output === undefined || output.count > 1) {
      return [];
    }
    if (kernel.op === "narrow") {
      return overlapsAt(buffers, source, node.name, step, 0).filter(isOfOnePart);
    }
    const gap = rowGap(kernel, shape);
    return gap === undefined ? [] : overlapsAt(buffers, source, node.name, step, gap);
  });
}

/** Means over means, or variances over variances. */
function isOfOnePart({ over, by }: Overlap): boolean {
  const part = (name: string) => name.slice(name.lastIndexOf(":"));
  return part(over) === part(by);
}

/** Leave for both arrays of value `by` to lie over those of `over`, which are read last at `step`. */
function overlapsAt(
  buffers: readonly Buffer[],
  over: string,
  by: string,
  step: number,
  gap: number,
): Overlap[] {
  const parts = (name: string, isMeant: (buffer: Buffer) => boolean) =>
    (["mean", "var"] as const)
      .map((part) => bufferName(name, part))
      .filter((part) => buffers.some((buffer) => buffer.name === part && isMeant(buffer)));
  const outputs = parts(by, ({ first }) => first === step);
  return parts(over, ({ last }) => last === step).flatMap((input) =>
    outputs.map((output) => ({ over: input, by: output, gap })),
  );
}

/** A node with the kernel that runs it. */
interface Run {
  readonly node: Node;
  readonly kernel: Kernel;
  readonly shape: KernelShape | undefined;
  readonly step: number;
}

function runs(graph: Graph, kernels: KernelChoice): Run[] {
  const shapes = shapesOf(graph);
  const direct = directReader(graph);
  return graph.nodes.flatMap((node, index) => {
    const kernel = kernels.get(node.name);
    const input = shapes.get(node.inputs[0] ?? "") ?? [];
    const planes = direct?.name === node.name ? direct.planes : undefined;
    const shape = kernelShape(node, input, shapes.get(node.name) ?? [], graph.layout, planes);
    return kernel === undefined ? [] : [{ node, kernel, shape, step: index + 1 }];
  });
}

function countClasses(graph: Graph): number {
  const { kind, input } = graph.head;
  return kind === "classification" ? elements(shapesOf(graph).get(input) ?? []) : 0;
}

function buffer(
  owner: string,
  part: BufferPart,
  length: number,
  first: number,
  last: number,
  dtype: Dtype = "f32",
): Buffer {
  return { name: bufferName(owner, part), bytes: length * dtypeBytes[dtype], first, last };
}
