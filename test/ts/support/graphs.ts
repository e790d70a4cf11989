import type {
  Conv2dNode,
  DenseNode,
  FlattenNode,
  Graph,
  Maxpool2dNode,
  Node,
  ReluNode,
  Shape,
} from "../../../codegen/src/ir/graph.js";
import type { LayerParameters, Tensor } from "../../../codegen/src/ir/posterior.js";
import { numbers } from "../../../scripts/posterior/posterior-file.js";

/** A graph of these nodes with a classification of `classes` from `headInput`. */
export function makeGraph(
  shape: Shape,
  nodes: readonly Node[],
  headInput: string,
  input: Partial<Graph["input"]> = {},
): Graph {
  return {
    name: "test",
    layout: "chw",
    input: { shape, mean: [0], scale: [1], ...input },
    nodes,
    head: { kind: "regression", input: headInput, noiseSd: [] },
  };
}

export function dense(name: string, input: string, weight: [number, number], seed = 1): DenseNode {
  return { name, op: "dense", inputs: [input], parameters: parameters(weight, seed) };
}

export function conv2d(
  name: string,
  input: string,
  weight: [number, number, number, number],
  rest: Partial<Pick<Conv2dNode, "stride" | "padding">> = {},
  seed = 1,
): Conv2dNode {
  return {
    ...{ name, op: "conv2d", inputs: [input], stride: [1, 1], padding: [0, 0, 0, 0] },
    ...rest,
    parameters: parameters(weight, seed),
  };
}

export function relu(name: string, input: string): ReluNode {
  return { name, op: "relu", inputs: [input] };
}

export function maxpool2d(
  name: string,
  input: string,
  size: [number, number] = [2, 2],
  stride: [number, number] = size,
): Maxpool2dNode {
  return { name, op: "maxpool2d", inputs: [input], size, stride };
}

export function flatten(name: string, input: string): FlattenNode {
  return { name, op: "flatten", inputs: [input] };
}

/** A graph's nodes and head, one a line: `relu1 = relu(conv1)`. */
export function wiring({ nodes, head }: Graph): string[] {
  const lines = nodes.map(({ name, op, inputs }) => `${name} = ${op}(${inputs.join(", ")})`);
  return [...lines, `head(${head.input})`];
}

/** A tensor of numbers without a pattern. */
export function tensor(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, values: Float64Array.from(numbers(size, seed)) };
}

function parameters(weight: readonly number[], seed: number): LayerParameters {
  const out = weight.slice(0, 1);
  const sd = (shape: readonly number[], of: number): Tensor => {
    const { values } = tensor(shape, of);
    return { shape, values: values.map((value) => 0.1 * (1.5 + value)) };
  };
  return {
    weight: { mean: tensor(weight, seed), sd: sd(weight, seed + 1) },
    bias: { mean: tensor(out, seed + 2), sd: sd(out, seed + 3) },
  };
}
