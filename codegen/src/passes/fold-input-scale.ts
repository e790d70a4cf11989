import { success } from "../diagnostics.js";
import { type Graph, INPUT, type Node } from "../ir/graph.js";
import type { GaussianTensor, Tensor } from "../ir/posterior.js";
import { elements, shapesOf } from "../ir/shapes.js";
import type { Pass } from "./pass.js";

/**
 * Divides the weights of the first layers by the input's scale, so that the runtime only
 * subtracts the mean. Exact: a scale above 0 commutes with relu, maxpool2d and flatten, and a
 * dense or conv2d layer takes it into mean and sd alike. Needs layout `chw`.
 */
export const foldInputScale: Pass = {
  name: "fold-input-scale",
  run: (graph) => {
    const shapes = shapesOf(graph);
    const { shape, scale } = graph.input;
    const channels = shape[0] ?? 0;
    // The scale that is still to be divided by, per channel or element, of each exact value.
    const pending = new Map([[INPUT, repeatTo(scale, channels)]]);
    const nodes = graph.nodes.map((node): Node => {
      const source = node.inputs[0] ?? "";
      const factors = pending.get(source);
      if (factors === undefined) {
        return node;
      }
      if (node.op === "dense" || node.op === "conv2d") {
        return divideWeight(node, factors);
      }
      const flattened = node.op === "flatten" ? elements(shapes.get(source) ?? []) : factors.length;
      pending.set(node.name, repeatTo(factors, flattened));
      return node;
    });
    return success<Graph>({
      ...graph,
      input: { ...graph.input, scale: [1], spread: Math.max(...scale) },
      nodes,
    });
  },
};

/** Repeats each value equally often in place, to `length` in all: [a, b] to 4 is [a, a, b, b]. */
function repeatTo(values: readonly number[], length: number): readonly number[] {
  const times = length / values.length;
  return values.flatMap((value) => Array.from({ length: times }, () => value));
}

function divideWeight<T extends Extract<Node, { op: "dense" | "conv2d" }>>(
  node: T,
  factors: readonly number[],
): T {
  const { weight } = node.parameters;
  const divided: GaussianTensor = {
    mean: divide(weight.mean, factors),
    ...(weight.sd === undefined ? {} : { sd: divide(weight.sd, factors) }),
  };
  return { ...node, parameters: { ...node.parameters, weight: divided } };
}

/** Divides tensor [out, in, ...] by one factor an `in`. */
function divide({ shape, values }: Tensor, factors: readonly number[]): Tensor {
  const inner = elements(shape.slice(2));
  const channels = factors.length;
  return {
    shape,
    values: values.map((value, i) => value / (factors[Math.floor(i / inner) % channels] ?? 1)),
  };
}
