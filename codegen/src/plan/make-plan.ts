import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { directReader } from "../ir/direct-input.js";
import { type Graph, hasParameters } from "../ir/graph.js";
import type { KernelOptions, KernelTable, Mode } from "../ir/kernel-table.js";
import { shapesOf } from "../ir/shapes.js";
import { describeAttributes, multiplyAdds } from "../ir/summary.js";
import { checkPoints, planHead } from "./head.js";
import { planInput } from "./input.js";
import { chooseKernels, chosenKernel, FINITE, type KernelChoice } from "./kernel-choice.js";
import { kernelShape } from "./kernel-shape.js";
import { type PackedWeights, packWeights } from "./pack/pack-weights.js";
import { type Placement, placeWeights } from "./placement.js";
import type { LayerPlan, Plan } from "./plan.js";
import { planesFirst } from "./planes-first.js";
import { scratchFloats } from "./scratch.js";
import { layOut, type Storage } from "./storage.js";

export interface PlanOptions extends KernelOptions {
  readonly mode: Mode;
  /** Normal points of the classification head: a multiple of 4, 8 to 8192. */
  readonly points: number;
  readonly trace: boolean;
  /** Sections for the weights of some layers. */
  readonly place?: readonly Placement[];
}

/** Offsets in the arena fit 32 bits. */
const MAX_ARENA_BYTES = 2 ** 31;

/** Settles kernels, packed weights and memory for a graph in layout `hwc`. */
export function makePlan(graph: Graph, table: KernelTable, options: PlanOptions): Result<Plan> {
  const points = checkPoints(options.points, graph);
  if (points.length > 0) {
    return failure(...points);
  }
  const kernels = chooseKernels(graph, table, options);
  if (!kernels.ok) {
    return kernels;
  }
  const weights = packLayers(graph, kernels.value);
  if (!weights.ok) {
    return weights;
  }
  const sections = placeWeights(graph, options.place ?? []);
  if (!sections.ok) {
    return sections;
  }
  const storage = layOut(graph, kernels.value, options.trace);
  if (storage.arenaBytes > MAX_ARENA_BYTES) {
    return failure(arenaTooLarge(storage.arenaBytes));
  }
  const layers = planLayers(graph, kernels.value, weights.value, sections.value, storage);
  return success({
    graph: graph.name,
    target: table.target,
    mode: options.mode,
    tier: options.tier,
    weights: options.weights,
    points: options.points,
    trace: options.trace,
    input: planInput(graph, kernels.value, storage),
    layers,
    head: planHead(graph, kernels.value, layers, storage, options.points),
    finite: chosenKernel(kernels.value, FINITE),
    arenaBytes: storage.arenaBytes,
  });
}

function packLayers(
  graph: Graph,
  kernels: KernelChoice,
): Result<ReadonlyMap<string, PackedWeights>> {
  const packed = new Map<string, PackedWeights>();
  const problems: Diagnostic[] = [];
  const direct = directReader(graph);
  for (const node of graph.nodes) {
    if (!hasParameters(node)) {
      continue;
    }
    const isDirect = direct?.name === node.name;
    const parameters = isDirect ? planesFirst(node.parameters, direct.planes) : node.parameters;
    const panels = packWeights(node.name, parameters, chosenKernel(kernels, node.name));
    if (panels.ok) {
      packed.set(node.name, panels.value);
    } else {
      problems.push(...panels.diagnostics);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(packed);
}

function planLayers(
  graph: Graph,
  kernels: KernelChoice,
  packed: ReadonlyMap<string, PackedWeights>,
  sections: ReadonlyMap<string, string>,
  storage: Storage,
): LayerPlan[] {
  const shapes = shapesOf(graph);
  const direct = directReader(graph);
  return graph.nodes.flatMap((node): LayerPlan[] => {
    if (node.op === "flatten") {
      return [];
    }
    const source = node.inputs[0] ?? "";
    const inputShape = shapes.get(source) ?? [];
    const outputShape = shapes.get(node.name) ?? [];
    const kernel = chosenKernel(kernels, node.name);
    const isDirect = direct?.name === node.name;
    const planes = isDirect ? direct.planes : undefined;
    const shape = kernelShape(node, inputShape, outputShape, graph.layout, planes);
    const weights = packed.get(node.name);
    const section = sections.get(node.name);
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
        ...(isDirect ? {} : { input: storage.value(source) }),
        output: storage.value(node.name),
        ...(shape === undefined ? {} : { shape }),
        ...(weights === undefined ? {} : { weights }),
        ...(section === undefined ? {} : { section }),
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
