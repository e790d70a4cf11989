import { failure, success } from "../diagnostics.js";
import type { Graph, Node, Shape } from "../ir/graph.js";
import type { GaussianTensor, Tensor } from "../ir/posterior.js";
import { redirect } from "../ir/rewrite.js";
import { elements, shapesOf, showShape } from "../ir/shapes.js";
import type { Pass } from "./pass.js";

/**
 * From the file's layout to the runtime's: weights read their input in the order H, W, C, and
 * flatten, which then changes nothing, vanishes.
 */
export const channelsLast: Pass = {
  name: "channels-last",
  run: (graph) => {
    const planes = planesBehind(graph);
    const headPlanes = planes.get(graph.head.input);
    if (headPlanes !== undefined && !sameInBothOrders(headPlanes)) {
      return failure({
        code: "flattened-head",
        path: "output.input",
        message: `the head reads '${graph.head.input}', a flattened ${showShape(headPlanes)}`,
        hint: "put a dense layer between the flatten and the head",
      });
    }
    const nodes = graph.nodes.map((node) => permuteWeight(node, planes));
    const permuted: Graph = { ...graph, layout: "hwc", nodes };
    return success(dropFlattens(permuted));
  },
};

/** The [c, h, w] that each flat value was made of, for those that come from a flatten. */
function planesBehind(graph: Graph): ReadonlyMap<string, Shape> {
  const shapes = shapesOf(graph);
  const planes = new Map<string, Shape>();
  for (const node of graph.nodes) {
    const source = node.inputs[0] ?? "";
    const shape = shapes.get(source) ?? [];
    const origin = node.op === "flatten" && shape.length === 3 ? shape : planes.get(source);
    if ((node.op === "flatten" || node.op === "relu") && origin !== undefined) {
      planes.set(node.name, origin);
    }
  }
  return planes;
}

function sameInBothOrders([channels = 1, ...plane]: Shape): boolean {
  return channels === 1 || elements(plane) === 1;
}

function permuteWeight(node: Node, planes: ReadonlyMap<string, Shape>): Node {
  if (node.op !== "dense" && node.op !== "conv2d") {
    return node;
  }
  const { mean, sd } = node.parameters.weight;
  const behind = node.op === "conv2d" ? mean.shape.slice(1) : planes.get(node.inputs[0] ?? "");
  if (behind === undefined) {
    return node;
  }
  const [channels = 1, height = 1, width = 1] = behind;
  const permute = ({ shape, values }: Tensor): Tensor => ({
    shape: node.op === "conv2d" ? [shape[0] ?? 0, height, width, channels] : shape,
    values: channelsToEnd(values, channels, height * width),
  });
  const weight: GaussianTensor = {
    mean: permute(mean),
    ...(sd === undefined ? {} : { sd: permute(sd) }),
  };
  return { ...node, parameters: { ...node.parameters, weight } };
}

/** Values [out, channels, positions] to [out, positions, channels]. */
function channelsToEnd(values: Float64Array, channels: number, positions: number): Float64Array {
  const block = channels * positions;
  return values.map((_, i) => {
    const within = i % block;
    const position = Math.floor(within / channels);
    const channel = within % channels;
    return values[i - within + channel * positions + position] ?? 0;
  });
}

function dropFlattens(graph: Graph): Graph {
  let rest = graph;
  for (const { op, name } of graph.nodes) {
    if (op === "flatten") {
      const source = rest.nodes.find((node) => node.name === name)?.inputs[0] ?? "";
      rest = redirect(rest, name, source);
    }
  }
  return { ...rest, nodes: rest.nodes.filter((node) => node.op !== "flatten") };
}
