import { directReader } from "../ir/direct-input.js";
import { exactValues, nodesBeforeDraws } from "../ir/exactness.js";
import { type Graph, INPUT } from "../ir/graph.js";
import { kernelShape } from "../ir/kernel-shape.js";
import { type Dtype, dtypeBytes } from "../ir/kernel-table.js";
import { elements, shapesOf } from "../ir/shapes.js";
import { type Arena, type Buffer, type Overlap, placeBuffers } from "./arena.js";
import {
  ACCUMULATE,
  CLASSIFY,
  COVARIANCE,
  hasCovariance,
  type KernelChoice,
  MIXTURE,
  SOFTMAX,
} from "./kernel-choice.js";
import type { ValuePlace } from "./plan.js";
import { rowGap } from "./row-gap.js";
import { scratchLength } from "./scratch.js";

/** Where everything lives in the arena. */
export interface Storage {
  readonly arenaBytes: number;
  readonly value: (name: string) => ValuePlace;
  /** Byte offset of another buffer of a node, or of the head: CLASSIFY, COVARIANCE and others. */
  readonly offset: (owner: string, part: BufferPart) => number;
}

export type BufferPart = "mean" | "var" | "scratch" | "weights" | "cov" | "probability" | "squares";

/** What decides how long values live. */
export interface StorageOptions {
  /** Keeps every value. */
  readonly trace: boolean;
  readonly batch: number;
  /** Nodes that run once for the whole batch. */
  readonly batched: ReadonlySet<string>;
  /** Floats of the weights that are drawn into the arena for a node, by its name. */
  readonly drawn: ReadonlyMap<string, number>;
}

/**
 * Lays out the arena: means and variances of all values, scratch, and what the head needs. Step 0
 * runs the input kernel, step i node i - 1, then come covariance and classification. A relu or
 * a draw works in place where nobody reads its input afterwards, and a layer that works in rows may
 * write over an input that nobody else needs. What is made before the passes of a sampled network
 * and read in one of them is kept for the next.
 *
 * The steps before the batched nodes are gone through for each input, and so are the head's. So
 * what batched nodes or the head read is there for every input, and lives through all steps of the
 * loop in which it is written or read.
 */
export function layOut(graph: Graph, kernels: KernelChoice, options: StorageOptions): Storage {
  const { trace, batch, batched, drawn } = options;
  const shapes = shapesOf(graph);
  const exact = exactValues(graph);
  const length = (name: string) => elements(shapes.get(name) ?? []);
  const dtypes = new Map(graph.nodes.map(({ name, dtype }) => [name, dtype]));
  const dtype = (name: string): Dtype => dtypes.get(name) ?? "f32";
  const lasting = valuesOfBatch(graph, batch, batched);
  const count = (name: string) => (lasting.has(name) ? batch : 1);
  const lastUses = findLastUses(graph, batch);
  const owners = trace ? new Map<string, string>() : shareInPlace(graph, lastUses, lasting);
  const owner = (name: string) => owners.get(name) ?? name;

  const direct = directReader(graph);
  const end = headSteps(graph).classify;
  const buffers: Buffer[] = [];
  const overlaps: Overlap[] = [];
  const add = (
    name: string,
    part: BufferPart,
    count: number,
    first: number,
    last: number,
    of: Dtype = "f32",
  ) => buffers.push({ name: bufferName(name, part), bytes: count * dtypeBytes[of], first, last });

  for (const [step, name] of [INPUT, ...graph.nodes.map((node) => node.name)].entries()) {
    if (owner(name) !== name || (name === INPUT && direct !== undefined)) {
      continue;
    }
    const sharing = [...shapes.keys()].filter((value) => owner(value) === name);
    const lastOf = (values: readonly string[]) =>
      trace ? end : Math.max(...values.map((value) => lastUses.get(value) ?? step));
    const first = lasting.has(name) && !batched.has(name) ? 0 : step;
    add(name, "mean", count(name) * length(name), first, lastOf(sharing), dtype(name));
    if (!exact.has(name)) {
      const uncertain = sharing.filter((value) => !exact.has(value));
      add(name, "var", count(name) * length(name), first, lastOf(uncertain), dtype(name));
    }
  }
  for (const [index, node] of graph.nodes.entries()) {
    const kernel = kernels.get(node.name);
    const input = shapes.get(node.inputs[0] ?? "") ?? [];
    const planes = direct?.name === node.name ? direct.planes : undefined;
    const shape = kernelShape(node, input, shapes.get(node.name) ?? [], graph.layout, planes);
    if (kernel === undefined) {
      continue;
    }
    const step = index + 1;
    const scratch = scratchLength(kernel, shape);
    if (scratch > 0) {
      add(node.name, "scratch", scratch, step, step, kernel.dtype);
    }
    const weights = drawn.get(node.name);
    if (weights !== undefined) {
      add(node.name, "weights", weights, step, step);
    }
    const gap = rowGap(kernel, shape);
    const source = owner(node.inputs[0] ?? "");
    if (gap !== undefined && !lasting.has(node.name)) {
      overlaps.push(...rowOverlaps(buffers, source, node.name, step, gap));
    }
  }
  const classes = graph.head.kind === "classification" ? length(graph.head.input) : 0;
  const { covariance, classify } = headSteps(graph);
  if (classes > 0 && exact.has(graph.head.input)) {
    add(SOFTMAX, "probability", classes, classify, classify);
  } else if (classes > 0) {
    if (hasCovariance(graph)) {
      add(COVARIANCE, "scratch", 4 * Math.ceil(classes / 4), covariance, covariance);
    }
    add(CLASSIFY, "cov", (classes * (classes + 1)) / 2, covariance, classify);
    add(CLASSIFY, "scratch", 8 * classes, classify, classify);
    add(CLASSIFY, "probability", classes, classify, classify);
  }

  const before = nodesBeforeDraws(graph);
  if (before !== undefined) {
    const begin = before + 1;
    add(ACCUMULATE, "mean", length(graph.head.input), begin, end);
    add(ACCUMULATE, "squares", length(graph.head.input), begin, end);
    if (classes > 0) {
      add(MIXTURE, "probability", classes, begin, end);
    }
  }

  const arena = placeBuffers(buffers, overlaps);
  const offset = (name: string, part: BufferPart) => find(arena, bufferName(name, part));
  const value = (name: string): ValuePlace => {
    const mean = offset(owner(name), "mean");
    return {
      dtype: dtype(name),
      length: length(name),
      ...(count(name) > 1 ? { count: count(name) } : {}),
      mean,
      ...(exact.has(name) ? {} : { var: offset(owner(name), "var") }),
    };
  };
  return { arenaBytes: arena.bytes, value, offset };
}

/** Leave for both arrays of value `by` to lie over those of `over`, which are read last at `step`. */
function rowOverlaps(
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

function headSteps({ nodes }: Graph): { covariance: number; classify: number } {
  return { covariance: nodes.length + 1, classify: nodes.length + 2 };
}

/** The values that are kept for every input of a batch. */
function valuesOfBatch(
  graph: Graph,
  batch: number,
  batched: ReadonlySet<string>,
): ReadonlySet<string> {
  if (batch === 1) {
    return new Set();
  }
  const last = graph.nodes.find(({ name }) => name === graph.head.input);
  const forHead = [graph.head.input, ...(hasCovariance(graph) ? (last?.inputs ?? []) : [])];
  const made = graph.nodes.filter(({ name }) => batched.has(name));
  return new Set([...made.flatMap(({ name, inputs }) => [name, ...inputs]), ...forHead]);
}

/**
 * The last step that reads each value. The head reads logits to the end, and every pass of a sampled
 * network what was made before the first.
 */
function findLastUses(graph: Graph, batch: number): ReadonlyMap<string, number> {
  const { covariance, classify } = headSteps(graph);
  const lastUses = new Map<string, number>();
  for (const [index, node] of graph.nodes.entries()) {
    for (const input of node.inputs) {
      lastUses.set(input, index + 1);
    }
  }
  if (hasCovariance(graph)) {
    const last = graph.nodes.find((node) => node.name === graph.head.input);
    lastUses.set(last?.inputs[0] ?? "", batch > 1 ? classify : covariance);
  }
  const before = nodesBeforeDraws(graph);
  const madeBefore = before === undefined ? [] : graph.nodes.slice(0, before);
  for (const name of before === undefined ? [] : [INPUT, ...madeBefore.map(({ name }) => name)]) {
    if ((lastUses.get(name) ?? 0) > madeBefore.length) {
      lastUses.set(name, classify);
    }
  }
  return lastUses.set(graph.head.input, classify);
}

/** The value in whose memory each relu and each draw works that may do so. */
function shareInPlace(
  graph: Graph,
  lastUses: ReadonlyMap<string, number>,
  lasting: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [index, node] of graph.nodes.entries()) {
    const source = node.inputs[0] ?? "";
    const mayShare = node.op === "relu" || node.op === "reparameterize";
    const alike = lasting.has(source) === lasting.has(node.name);
    if (mayShare && alike && lastUses.get(source) === index + 1) {
      owners.set(node.name, owners.get(source) ?? source);
    }
  }
  return owners;
}

function bufferName(name: string, part: BufferPart): string {
  return `${name}:${part}`;
}

function find({ offsets }: Arena, name: string): number {
  const offset = offsets.get(name);
  if (offset === undefined) {
    throw new Error(`no buffer ${name} was placed`);
  }
  return offset;
}
