import { type Graph, INPUT, type Node, type Shape } from "../../../codegen/src/ir/graph.js";
import type { GaussianTensor } from "../../../codegen/src/ir/posterior.js";
import { shapesOf } from "../../../codegen/src/ir/shapes.js";
import { type Moment, type Rules, standIns, weightedSum } from "./moments.js";

/**
 * Every value of an imported graph for one input, straight from the file's layouts: what a plan
 * of the same graph must give, by the same rules.
 */
export function runNetwork(
  graph: Graph,
  input: readonly number[],
  rules: Rules = standIns,
): Map<string, Moment[]> {
  const shapes = shapesOf(graph);
  const { mean, scale } = graph.input;
  const channels = graph.input.shape[0] ?? 1;
  const perChannel = input.length / channels;
  const normalised = input.map((x, i): Moment => {
    const channel = Math.floor(i / perChannel);
    return [(x - (mean[channel % mean.length] ?? 0)) / (scale[channel % scale.length] ?? 1), 0];
  });
  const values = new Map([[INPUT, normalised]]);
  for (const node of graph.nodes) {
    const source = node.inputs[0] ?? "";
    const shape = [shapes.get(source) ?? [], shapes.get(node.name) ?? []] as const;
    values.set(node.name, runNode(node, values.get(source) ?? [], rules, ...shape));
  }
  return values;
}

function runNode(
  node: Node,
  input: readonly Moment[],
  rules: Rules,
  from: Shape,
  to: Shape,
): Moment[] {
  const [, inH = 1, inW = 1] = from;
  const [outC = 1, outH = 1, outW = 1] = to;
  /** The element of a plane, or undefined in the padding. */
  const element = (c: number, y: number, x: number): Moment | undefined =>
    y < 0 || y >= inH || x < 0 || x >= inW ? undefined : input[(c * inH + y) * inW + x];
  const everyOutput = (of: (c: number, y: number, x: number) => Moment) =>
    range(outC).flatMap((c) => range(outH).flatMap((y) => range(outW).map((x) => of(c, y, x))));
  switch (node.op) {
    case "flatten":
    case "widen":
    case "narrow":
      return [...input];
    case "relu":
      return input.map(rules.relu);
    case "dense": {
      const { weight, bias } = node.parameters;
      return range(outC).map((o) =>
        weightedSum(
          input.map((x, k) => [x, moment(weight, o * input.length + k)] as const),
          moment(bias, o),
        ),
      );
    }
    case "conv2d": {
      const { weight, bias } = node.parameters;
      const [, inC = 1, kernelH = 1, kernelW = 1] = weight.mean.shape;
      return everyOutput((o, row, column) => {
        const terms: [Moment, Moment][] = [];
        for (const [c, i, j] of triples(inC, kernelH, kernelW)) {
          const y = row * node.stride[0] + i - node.padding[0];
          const x = column * node.stride[1] + j - node.padding[1];
          const value = element(c, y, x);
          if (value !== undefined) {
            const index = ((o * inC + c) * kernelH + i) * kernelW + j;
            terms.push([value, moment(weight, index)]);
          }
        }
        return weightedSum(terms, moment(bias, o));
      });
    }
    case "maxpool2d":
      return everyOutput((c, row, column) =>
        rules.max(
          triples(1, node.size[0], node.size[1]).flatMap(([, i, j]) => {
            const value = element(c, row * node.stride[0] + i, column * node.stride[1] + j);
            return value === undefined ? [] : [value];
          }),
        ),
      );
    default:
      throw new Error(`a posterior file has no ${node.op}`);
  }
}

function moment(parameter: GaussianTensor | undefined, index: number): Moment {
  return [parameter?.mean.values[index] ?? 0, (parameter?.sd?.values[index] ?? 0) ** 2];
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function triples(a: number, b: number, c: number): [number, number, number][] {
  return range(a).flatMap((i) =>
    range(b).flatMap((j) => range(c).map((k): [number, number, number] => [i, j, k])),
  );
}
