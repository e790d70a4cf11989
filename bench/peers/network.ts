import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import type { Graph, Node } from "../../codegen/src/ir/graph.js";
import { elements } from "../../codegen/src/ir/shapes.js";
import type { InputForm } from "../../codegen/src/run/inputs/image.js";

/** A network of posterior means, as peer_onednn.cpp reads it. */
export interface ExactNetwork {
  readonly input: InputForm;
  /** An operator a line, its numbers behind it; the first is the input's shape. */
  readonly text: string;
  /** Of each layer in order its weight, as in the posterior file, and its bias. */
  readonly weights: Float32Array;
  /** Shifts and scales images as the model does. */
  readonly normalise: (image: Float32Array) => Float32Array;
}

/** @throws when `posterior` is no posterior file, or has a layer without bias */
export function exactNetwork(posterior: Uint8Array): ExactNetwork {
  const imported = importPosterior(posterior);
  if (!imported.ok) {
    throw new Error(JSON.stringify(imported.diagnostics));
  }
  const graph = imported.value;
  const parts = graph.nodes.flatMap(weightsOf);
  return {
    input: { shape: graph.input.shape, length: elements(graph.input.shape) },
    text: [["input", ...graph.input.shape], ...graph.nodes.flatMap(lineOf)]
      .map((words) => `${words.join(" ")}\n`)
      .join(""),
    weights: Float32Array.from(parts.flatMap((values) => [...values])),
    normalise: (image) => normalise(graph, image),
  };
}

function lineOf(node: Node): (string | number)[][] {
  switch (node.op) {
    case "dense":
    case "conv2d": {
      const extent = node.op === "conv2d" ? [...node.stride, ...node.padding] : [];
      return [[node.op, ...node.parameters.weight.mean.shape, ...extent]];
    }
    case "maxpool2d":
      return [[node.op, ...node.size, ...node.stride]];
    case "relu":
      return [[node.op]];
    case "flatten":
      return []; // a dense layer of oneDNN reads C, H, W
    default:
      throw new Error(`no operator of the peer's for ${node.op}`);
  }
}

function weightsOf(node: Node): Float64Array[] {
  if (!("parameters" in node)) {
    return [];
  }
  const { weight, bias } = node.parameters;
  if (bias === undefined) {
    throw new Error(`${node.name} has no bias`);
  }
  return [weight.mean.values, bias.mean.values];
}

function normalise({ input }: Graph, image: Float32Array): Float32Array {
  const plane = image.length / (input.shape.length === 3 ? (input.shape[0] ?? 1) : 1);
  const at = (values: readonly number[], i: number) =>
    values[values.length === 1 ? 0 : Math.floor(i / plane)] ?? 0;
  return image.map((x, i) => (x - at(input.mean, i)) / at(input.scale, i));
}
