import {
  layerTensors,
  type Posterior,
  posteriorFile,
  type TensorSpec,
} from "../../../scripts/posterior/posterior-file.js";
import { small, smallGraph } from "../support/small-models.js";

/** A posterior file that must be rejected: `expected` are its problems as `code path`. */
export interface Rejected {
  readonly name: string;
  readonly file: () => Uint8Array;
  readonly expected: readonly string[];
  /** What message and hint of the first problem must say. */
  readonly says: RegExp;
}

/** The small posterior with another graph. */
export function withGraph(change: object): () => Uint8Array {
  return () => posteriorFile({ ...small, graph: { ...smallGraph, ...change } });
}

/** The small posterior with op number `index` changed. */
export function withOp(index: number, change: object): () => Uint8Array {
  const ops = smallGraph.ops.map((op, i) => (i === index ? { ...op, ...change } : op));
  return withGraph({ ops });
}

export function withInput(input: object): () => Uint8Array {
  return withGraph({ input: { ...smallGraph.input, ...input } });
}

/** The small posterior with tensors added, replaced, or removed. */
export function withTensors(change: Record<string, TensorSpec | undefined>): () => Uint8Array {
  const changed = Object.entries({ ...small.tensors, ...change });
  const tensors = changed.filter((entry): entry is [string, TensorSpec] => entry[1] !== undefined);
  return () => posteriorFile({ ...small, tensors: Object.fromEntries(tensors) });
}

/** fc1 as the only op, on an input of this shape. */
export function denseOnly(weight: readonly number[], change: object = {}): Posterior {
  const graph = {
    ...smallGraph,
    input: { shape: [4] },
    ops: [dense("input")],
    ...change,
  };
  return { graph, tensors: layerTensors("fc1", weight, 1) };
}

export function dense(input: string) {
  return { name: "fc1", op: "dense", inputs: [input] };
}

export function pool(input: string) {
  return { name: "pool1", op: "maxpool2d", inputs: [input], attributes: { size: [2, 2] } };
}
