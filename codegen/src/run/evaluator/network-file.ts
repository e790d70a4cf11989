import { type Graph, INPUT, type Node } from "../../ir/graph.js";
import type { GaussianTensor } from "../../ir/posterior.js";
import { elements, shapesOf } from "../../ir/shapes.js";

const MAGIC = 0x45504650; // "PFPE"
const HEADS = { classification: 0, regression: 1 } as const;
const OPS = { dense: 0, conv2d: 1, relu: 2, maxpool2d: 3, flatten: 4 } as const;

type EvaluatedOp = keyof typeof OPS;

/**
 * A validated `chw` graph as evaluator/network.c reads it: little-endian words and float32. Words:
 * magic, head, value that the head reads; channels, height, width of the input (a flat one has
 * channels alone); float mean and scale of each channel; number of ops. Then for each op its kind, the
 * value it reads (0 is the input, i the output of op i - 1), the shape of its own, size, stride, padding,
 * and for those with weights float mean and sd of the weight, mean and sd of the bias.
 */
export function encodeNetwork(graph: Graph): Uint8Array {
  const shapes = shapesOf(graph);
  const values = [INPUT, ...graph.nodes.map(({ name }) => name)];
  const channels = graph.input.shape[0] ?? 0;
  const words = (...numbers: readonly number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);
  const shapeWords = (name: string) => {
    const [c = 0, h = 1, w = 1] = shapes.get(name) ?? [];
    return [c, h, w];
  };
  const parts = [
    words(MAGIC, HEADS[graph.head.kind], values.indexOf(graph.head.input), ...shapeWords(INPUT)),
    floats(spread(graph.input.mean, channels)),
    floats(spread(graph.input.scale, channels)),
    words(graph.nodes.length),
  ];
  for (const node of graph.nodes) {
    parts.push(
      words(
        OPS[evaluatedOp(node)],
        values.indexOf(node.inputs[0] ?? ""),
        ...shapeWords(node.name),
        ...geometry(node),
      ),
    );
    if ("parameters" in node) {
      const { weight, bias } = node.parameters;
      const outputs = weight.mean.shape[0] ?? 0;
      parts.push(...gaussian(weight, elements(weight.mean.shape)), ...gaussian(bias, outputs));
    }
  }
  return Buffer.concat(parts);
}

function evaluatedOp({ name, op }: Node): EvaluatedOp {
  if (!(op in OPS)) {
    throw new Error(`'${name}' is a ${op}, which only the plan of a target has`);
  }
  return op as EvaluatedOp;
}

/** Size, stride, and padding top, left, bottom, right. */
function geometry(node: Node): readonly number[] {
  switch (node.op) {
    case "conv2d": {
      const [height = 1, width = 1] = node.parameters.weight.mean.shape.slice(2);
      return [height, width, ...node.stride, ...node.padding];
    }
    case "maxpool2d":
      return [...node.size, ...node.stride, 0, 0, 0, 0];
    default:
      return [1, 1, 1, 1, 0, 0, 0, 0];
  }
}

/** Mean and sd, `count` floats each; zeros for what is absent. */
function gaussian(tensor: GaussianTensor | undefined, count: number): Uint8Array[] {
  const zeros = new Float32Array(count);
  return [floats(tensor?.mean.values ?? zeros), floats(tensor?.sd?.values ?? zeros)];
}

function floats(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** One value for all channels becomes one each. */
function spread(values: readonly number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => values[c] ?? values[0] ?? 0);
}
