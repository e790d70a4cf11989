import { type Graph, hasParameters, type Node, type Shape } from "./graph.js";
import type { LayerParameters, Tensor } from "./posterior.js";
import { elements, kernelSize, shapesOf } from "./shapes.js";

/** How the standard deviations of a layer's weight look. */
export interface SdSummary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Median of |mean| / sd; below 1 most weights carry more doubt than signal. */
  readonly median_signal: number;
}

export interface LayerSummary {
  readonly name: string;
  readonly op: Node["op"];
  readonly inputs: readonly string[];
  /** Kernel size, stride and the like, in words; empty for operators without any. */
  readonly attributes: string;
  readonly output_shape: Shape;
  /** Number of means; as many standard deviations come with them unless a layer is exact. */
  readonly parameters: number;
  /** Multiply-adds of the same layer in a deterministic network. */
  readonly multiply_adds: number;
  /** Absent for layers without a standard deviation. */
  readonly weight_sd?: SdSummary;
}

/** What `pfp inspect` shows. */
export interface GraphSummary {
  readonly name: string;
  readonly input: {
    readonly shape: Shape;
    readonly mean: readonly number[];
    readonly scale: readonly number[];
  };
  readonly layers: readonly LayerSummary[];
  readonly head: Graph["head"]["kind"];
  readonly head_input: string;
  readonly outputs: number;
  readonly parameters: number;
  readonly multiply_adds: number;
}

/** Summarises a validated graph. */
export function summarize(graph: Graph): GraphSummary {
  const shapes = shapesOf(graph);
  const shape = (name: string) => shapes.get(name) ?? [];
  const layers = graph.nodes.map((node): LayerSummary => {
    const parameters = "parameters" in node ? node.parameters : undefined;
    const sd = parameters && summarizeSd(parameters);
    return {
      name: node.name,
      op: node.op,
      inputs: node.inputs,
      attributes: describeAttributes(node, graph.layout),
      output_shape: shape(node.name),
      parameters: parameters === undefined ? 0 : countParameters(parameters),
      multiply_adds: multiplyAdds(node, shape(node.name)),
      ...(sd === undefined ? {} : { weight_sd: sd }),
    };
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    name: graph.name,
    input: graph.input,
    layers,
    head: graph.head.kind,
    head_input: graph.head.input,
    outputs: elements(shape(graph.head.input)),
    parameters: sum(layers.map((layer) => layer.parameters)),
    multiply_adds: sum(layers.map((layer) => layer.multiply_adds)),
  };
}

/** Multiply-adds of a node in a deterministic network. */
export function multiplyAdds(node: Node, outputShape: Shape): number {
  if (!hasParameters(node)) {
    return 0;
  }
  const { shape, values } = node.parameters.weight.mean;
  const pooled = node.op === "conv2d_maxpool2d_relu" ? 4 : 1;
  const positions = (pooled * elements(outputShape)) / (shape[0] ?? 1);
  return positions * values.length;
}

/** `5x5, stride 1x1, padding 2,2,2,2` */
export function describeAttributes(node: Node, layout: Graph["layout"]): string {
  switch (node.op) {
    case "conv2d":
    case "conv2d_maxpool2d_relu": {
      const size = kernelSize(node, layout).join("x");
      const padding = node.padding.some((edge) => edge > 0)
        ? `, padding ${node.padding.join(",")}`
        : "";
      const pooled = node.op === "conv2d" ? "" : ", pooled 2x2";
      return `${size}, stride ${node.stride.join("x")}${padding}${pooled}`;
    }
    case "maxpool2d":
    case "maxpool2d_relu":
      return `${node.size.join("x")}, stride ${node.stride.join("x")}`;
    default:
      return "";
  }
}

function countParameters({ weight, bias }: LayerParameters): number {
  return weight.mean.values.length + (bias?.mean.values.length ?? 0);
}

function summarizeSd({ weight }: LayerParameters): SdSummary | undefined {
  if (weight.sd === undefined) {
    return undefined;
  }
  const sorted = weight.sd.values.slice().sort();
  return {
    min: sorted[0] ?? 0,
    median: median(sorted),
    max: sorted[sorted.length - 1] ?? 0,
    median_signal: median(signal(weight.mean, weight.sd).sort()),
  };
}

function signal(mean: Tensor, sd: Tensor): Float64Array {
  return mean.values.map(
    (value, i) => Math.abs(value) / Math.max(sd.values[i] ?? 0, Number.MIN_VALUE),
  );
}

function median(sorted: Float64Array): number {
  return sorted[sorted.length >> 1] ?? 0;
}
