import { failure, type Result, success } from "../diagnostics.js";
import type { Calibration } from "../ir/calibration.js";
import { type Graph, hasParameters, type Node, type WeightedNode } from "../ir/graph.js";
import type { GaussianTensor, Tensor } from "../ir/posterior.js";
import { onlyReader } from "../ir/rewrite.js";
import type { PassContext } from "./pass.js";

/** What relu, pooling and flatten leave as it is: they commute with a factor above 0. */
const HOMOGENEOUS: ReadonlySet<Node["op"]> = new Set(["relu", "maxpool2d", "flatten"]);

/**
 * Takes the graph's calibration into its weights: the factor of a layer into its standard deviations,
 * the temperature into mean and sd of the last layer with weights. With `calibrated: false` the graph
 * loses its calibration instead, and a decision, which was found with it.
 */
export const applyCalibration = {
  name: "apply-calibration",
  run: (graph: Graph, { calibrated = true }: Pick<PassContext, "calibrated">): Result<Graph> => {
    const { calibration, decision: _, ...uncalibrated } = graph;
    if (calibration === undefined || !calibrated) {
      return success(calibration === undefined ? graph : uncalibrated);
    }
    const last = lastWeighted(graph);
    if (calibration.temperature !== 1 && last === undefined) {
      return failure({
        code: "no-place-for-temperature",
        path: "calibration.temperature",
        message: "the outputs come from no single layer with weights, which could take it in",
        hint: "let the head read a dense layer, or leave the calibration out with --no-calibration",
      });
    }
    const nodes = graph.nodes.map((node) =>
      hasParameters(node) ? calibrate(node, calibration, node === last) : node,
    );
    return success({ ...graph, nodes });
  },
};

/** The layer that the outputs come from, if nothing else reads what lies between. */
function lastWeighted(graph: Graph): WeightedNode | undefined {
  let node = graph.nodes.find(({ name }) => name === graph.head.input);
  while (node !== undefined && HOMOGENEOUS.has(node.op)) {
    const source = node.inputs[0] ?? "";
    node = onlyReader(graph, source) && graph.nodes.find(({ name }) => name === source);
  }
  return node !== undefined && hasParameters(node) ? node : undefined;
}

function calibrate<T extends WeightedNode>(
  node: T,
  { factors, temperature }: Calibration,
  isLast: boolean,
): T {
  const scale = isLast ? 1 / temperature : 1;
  const spread = scale * Math.sqrt(factors[node.name] ?? 1);
  const scaled = ({ mean, sd }: GaussianTensor): GaussianTensor => ({
    mean: times(mean, scale),
    ...(sd === undefined ? {} : { sd: times(sd, spread) }),
  });
  const { weight, bias } = node.parameters;
  const parameters = {
    weight: scaled(weight),
    ...(bias === undefined ? {} : { bias: scaled(bias) }),
  };
  return { ...node, parameters };
}

function times({ shape, values }: Tensor, factor: number): Tensor {
  return { shape, values: factor === 1 ? values : values.map((value) => value * factor) };
}
