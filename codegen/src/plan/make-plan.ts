import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { type Graph, INPUT, type ModelInput } from "../ir/graph.js";
import type { KernelTable, Tier } from "../ir/kernel-table.js";
import { elements, shapesOf } from "../ir/shapes.js";
import { describeAttributes, multiplyAdds } from "../ir/summary.js";
import { checkPoints, planHead } from "./head.js";
import { chooseKernels, chosenKernel, type KernelChoice } from "./kernel-choice.js";
import { kernelShape } from "./kernel-shape.js";
import { packPanels } from "./pack/f32.js";
import type { InputPlan, LayerPlan, Plan } from "./plan.js";
import { scratchFloats } from "./scratch.js";
import { layOut, type Storage } from "./storage.js";

export interface PlanOptions {
  readonly tier: Tier;
  /** Normal points of the classification head: a multiple of 4, 8 to 8192. */
  readonly points: number;
  readonly trace: boolean;
}

/** Offsets in the arena fit 32 bits. */
const MAX_ARENA_BYTES = 2 ** 31;

/** Settles kernels, packed weights and memory for a graph in layout `hwc`. */
export function makePlan(graph: Graph, table: KernelTable, options: PlanOptions): Result<Plan> {
  const points = checkPoints(options.points, graph);
  if (points.length > 0) {
    return failure(...points);
  }
  const kernels = chooseKernels(graph, table, options.tier);
  if (!kernels.ok) {
    return kernels;
  }
  const weights = packWeights(graph, kernels.value);
  if (!weights.ok) {
    return weights;
  }
  const storage = layOut(graph, kernels.value, options.trace);
  if (storage.arenaBytes > MAX_ARENA_BYTES) {
    return failure(arenaTooLarge(storage.arenaBytes));
  }
  const layers = planLayers(graph, kernels.value, weights.value, storage);
  return success({
    graph: graph.name,
    target: table.target,
    tier: options.tier,
    points: options.points,
    trace: options.trace,
    input: planInput(graph.input, kernels.value, storage),
    layers,
    head: planHead(graph, kernels.value, layers, storage, options.points),
    arenaBytes: storage.arenaBytes,
  });
}

function packWeights(
  graph: Graph,
  kernels: KernelChoice,
): Result<ReadonlyMap<string, Float32Array>> {
  const packed = new Map<string, Float32Array>();
  const problems: Diagnostic[] = [];
  for (const node of graph.nodes) {
    if (node.op !== "dense" && node.op !== "conv2d") {
      continue;
    }
    const panels = packPanels(node.name, node.parameters, kernels.get(node.name)?.outputs ?? 1);
    if (panels.ok) {
      packed.set(node.name, panels.value);
    } else {
      problems.push(...panels.diagnostics);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(packed);
}

/** A flat input with a mean each is n channels of one element, with one mean a single channel. */
function planInput(input: ModelInput, kernels: KernelChoice, storage: Storage): InputPlan {
  const { shape, mean } = input;
  const channels = shape.length === 3 ? (shape[0] ?? 1) : mean.length;
  const shift = Float32Array.from({ length: channels }, (_, c) => mean[c % mean.length] ?? 0);
  return {
    shape,
    kernel: chosenKernel(kernels, INPUT),
    channels,
    plane: elements(shape) / channels,
    shift,
    output: storage.value(INPUT),
  };
}

function planLayers(
  graph: Graph,
  kernels: KernelChoice,
  packed: ReadonlyMap<string, Float32Array>,
  storage: Storage,
): LayerPlan[] {
  const shapes = shapesOf(graph);
  return graph.nodes.flatMap((node): LayerPlan[] => {
    if (node.op === "flatten") {
      return [];
    }
    const source = node.inputs[0] ?? "";
    const inputShape = shapes.get(source) ?? [];
    const outputShape = shapes.get(node.name) ?? [];
    const kernel = chosenKernel(kernels, node.name);
    const shape = kernelShape(node, inputShape, outputShape, graph.layout);
    const weights = packed.get(node.name);
    const scratch = scratchFloats(kernel, shape);
    return [
      {
        name: node.name,
        op: node.op,
        attributes: describeAttributes(node, graph.layout),
        kernel,
        inputShape,
        outputShape,
        multiplyAdds: multiplyAdds(node, outputShape),
        source,
        input: storage.value(source),
        output: storage.value(node.name),
        ...(shape === undefined ? {} : { shape }),
        ...(weights === undefined ? {} : { weights }),
        ...(scratch > 0
          ? { scratch: { offset: storage.offset(node.name, "scratch"), length: scratch } }
          : {}),
      },
    ];
  });
}

function arenaTooLarge(bytes: number): Diagnostic {
  return {
    code: "arena-too-large",
    path: "arena",
    message: `the model needs an arena of ${bytes} bytes, more than ${MAX_ARENA_BYTES}`,
    hint: "no target holds such a model: check its shapes",
  };
}
