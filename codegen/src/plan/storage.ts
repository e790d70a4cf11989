import type { Graph } from "../ir/graph.js";
import { placeBuffers } from "./arena.js";
import {
  type BufferPart,
  bufferName,
  headBuffers,
  passBuffers,
  rowOverlaps,
  valueBuffers,
  workBuffers,
} from "./buffers.js";
import type { KernelChoice } from "./kernel-choice.js";
import type { ValuePlace } from "./plan.js";
import { type LifetimeOptions, storedValues } from "./stored-values.js";

/** Where everything lives in the arena. */
export interface Storage {
  readonly arenaBytes: number;
  readonly value: (name: string) => ValuePlace;
  /** Byte offset of another buffer of a node, or of the head: CLASSIFY, COVARIANCE and others. */
  readonly offset: (owner: string, part: BufferPart) => number;
}

export interface StorageOptions extends LifetimeOptions {
  /** Floats of the weights that are drawn into the arena for a node, by its name. */
  readonly drawn: ReadonlyMap<string, number>;
}

/** Lays out the arena: all values, what nodes need while they run, and what the head needs. */
export function layOut(graph: Graph, kernels: KernelChoice, options: StorageOptions): Storage {
  const values = storedValues(graph, options);
  const ofValues = valueBuffers(graph, values);
  const arena = placeBuffers(
    [
      ...ofValues,
      ...workBuffers(graph, kernels, options.drawn),
      ...headBuffers(graph, values),
      ...passBuffers(graph),
    ],
    rowOverlaps(graph, kernels, values, ofValues),
  );
  const offset = (owner: string, part: BufferPart) => found(arena.offsets, bufferName(owner, part));
  const value = (name: string): ValuePlace => {
    const { dtype, length, count, exact, owner } = found(values, name);
    return {
      dtype,
      length,
      ...(count > 1 ? { count } : {}),
      mean: offset(owner, "mean"),
      ...(exact ? {} : { var: offset(owner, "var") }),
    };
  };
  return { arenaBytes: arena.bytes, value, offset };
}

function found<T>(all: ReadonlyMap<string, T>, name: string): T {
  const one = all.get(name);
  if (one === undefined) {
    throw new Error(`${name} is not in the arena`);
  }
  return one;
}
