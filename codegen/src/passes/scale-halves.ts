import { success } from "../diagnostics.js";
import { directReader } from "../ir/direct-input.js";
import { exactValues } from "../ir/exactness.js";
import { type Graph, hasParameters, INPUT, type Node, type WeightedNode } from "../ir/graph.js";
import type { GaussianTensor, LayerParameters, Tensor } from "../ir/posterior.js";
import { valuesBeforeHead } from "./before-head.js";
import type { Pass } from "./pass.js";
import { meanSquare, type TypicalValue, typicalInput, typicalOutput } from "./typical-values.js";

/** Values are typically about 2^2: 2^6 below overflow, for the small variances beside them. */
const TYPICAL_EXPONENT = 2;

/**
 * With `--activations f16`: gives each layer a power of two that brings its values to where halves
 * hold them and their variances. What is stored of value i is mean * 2^-e and var * 2^-2e; the
 * powers go into the weights, exactly. Exact values and those that the head sees keep their scale.
 */
export const scaleHalves: Pass = {
  name: "scale-halves",
  run: (graph, { activations }) => success(activations === "f16" ? scale(graph) : graph),
};

interface Scaled {
  readonly typical: TypicalValue;
  /** The power of two that is divided by. */
  readonly exponent: number;
}

function scale(graph: Graph): Graph {
  const exact = exactValues(graph);
  const kept = valuesBeforeHead(graph);
  const direct = graph.nodes.find(({ name }) => name === directReader(graph)?.name);
  const typical = typicalInput(graph.input);
  const exponent = direct?.dtype === "f16" ? exponentFor(typical) : 0;
  const values = new Map<string, Scaled>([[INPUT, { typical, exponent }]]);
  const nodes = graph.nodes.map((node): Node => {
    const input = values.get(node.inputs[0] ?? "") ?? { typical, exponent: 0 };
    const output = typicalOutput(node, input.typical);
    if (!hasParameters(node)) {
      values.set(node.name, { ...input, typical: output });
      return node;
    }
    const isKept = exact.has(node.name) || kept.has(node.name);
    const power = isKept ? 0 : exponentFor(output);
    values.set(node.name, { typical: output, exponent: power });
    return rescale(node, 2 ** (input.exponent - power), 2 ** -power);
  });
  return { ...graph, input: { ...graph.input, scale: [2 ** exponent] }, nodes };
}

function exponentFor(value: TypicalValue): number {
  const m2 = meanSquare(value);
  return m2 > 0 && Number.isFinite(m2) ? Math.round(Math.log2(m2) / 2) - TYPICAL_EXPONENT : 0;
}

function rescale<T extends WeightedNode>(node: T, weightFactor: number, biasFactor: number): T {
  const { weight, bias } = node.parameters;
  const parameters: LayerParameters = {
    weight: times(weight, weightFactor),
    ...(bias === undefined ? {} : { bias: times(bias, biasFactor) }),
  };
  return { ...node, parameters };
}

function times({ mean, sd }: GaussianTensor, factor: number): GaussianTensor {
  const scaled = ({ shape, values }: Tensor): Tensor => ({
    shape,
    values: values.map((value) => value * factor),
  });
  return { mean: scaled(mean), ...(sd === undefined ? {} : { sd: scaled(sd) }) };
}
