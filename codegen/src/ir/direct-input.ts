import { hasUncertainParameters, isDrawn } from "./exactness.js";
import { type Graph, INPUT } from "./graph.js";
import { onlyReader } from "./rewrite.js";
import { elements } from "./shapes.js";

/** Fewer elements in a plane cost more than the copy that reading directly spares. */
const MIN_PLANE = 16;

/** A layer that reads the user's own C, H, W, and subtracts a shift from each plane as it reads. */
export interface DirectReader {
  readonly name: string;
  readonly planes: number;
}

/**
 * The first layer, where it can do without a shifted copy of the input in the runtime's order: a
 * dense or conv2d layer of form det that alone reads the input. Needs layout `hwc`, where no flatten stands
 * before it.
 */
export function directReader(graph: Graph): DirectReader | undefined {
  const { shape, mean } = graph.input;
  const reader = onlyReader(graph, INPUT);
  if (reader === undefined || !hasUncertainParameters(reader) || isDrawn(reader)) {
    return undefined;
  }
  switch (reader.op) {
    case "conv2d":
    case "conv2d_maxpool2d_relu":
      return { name: reader.name, planes: shape[0] ?? 1 };
    case "dense": {
      const planes = mean.length;
      const isLong = planes === 1 || elements(shape) / planes >= MIN_PLANE;
      return isLong ? { name: reader.name, planes } : undefined;
    }
    default:
      return undefined;
  }
}
