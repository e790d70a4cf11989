import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { directReader } from "../ir/direct-input.js";
import { nodesBeforeDraws } from "../ir/exactness.js";
import { type Graph, hasParameters } from "../ir/graph.js";
import { kernelShape } from "../ir/kernel-shape.js";
import type { KernelOptions, KernelTable, Mode } from "../ir/kernel-table.js";
import type { Sampling } from "../ir/sampling.js";
import { shapesOf } from "../ir/shapes.js";
import { describeAttributes, multiplyAdds } from "../ir/summary.js";
import { batchedNodes, checkBatch } from "./batch.js";
import { checkPoints, planHead } from "./head.js";
import { planInput } from "./input.js";
import {
  ACCUMULATE,
  chooseKernels,
  chosenKernel,
  DRAW,
  drawsApart,
  FINITE,
  type KernelChoice,
  MIXTURE,
  rankChoices,
} from "./kernel-choice.js";
import { type PackedWeights, packWeights } from "./pack/pack-weights.js";
import { type Placement, placeWeights } from "./placement.js";
import type { DrawPlan, LayerPlan, Plan, SamplingPlan } from "./plan.js";
import { planesFirst } from "./planes-first.js";
import { scratchLength } from "./scratch.js";
import { layOut, type Storage } from "./storage.js";

export interface PlanOptions extends KernelOptions {
  readonly mode: Mode;
  /** Of mode `sampled`. */
  readonly sampling?: Sampling;
  /** Normal points of the classification head: a multiple of 4, 8 to 8192. */
  readonly points: number;
  readonly trace: boolean;
  /** The most inputs of one call; default: one. */
  readonly batch?: number;
  /** Sections for the weights of some layers. */
  readonly place?: readonly Placement[];
}

/** Offsets in the arena fit 32 bits. */
const MAX_ARENA_BYTES = 2 ** 31;

/** Settles kernels, packed weights and memory for a graph in layout `hwc`. */
export function makePlan(graph: Graph, table: KernelTable, options: PlanOptions): Result<Plan> {
  const { batch = 1, trace } = options;
  const problems = [
    ...checkPoints(options.points, graph),
    ...checkBatch(batch, trace, options.mode),
  ];
  if (problems.length > 0) {
    return failure(...problems);
  }
  if (options.trace && options.activations === "f16") {
    return failure(traceOfHalves);
  }
  if (batch > 1 && options.activations === "f16") {
    return failure(batchOfHalves);
  }
  const batched = batchedNodes(graph, table, options, batch);
  const choices = rankChoices(graph, table, options, batched);
  const kernels = chooseKernels(choices, table.target);
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
  const drawn = floatsToDraw(graph, weights.value);
  const isBeforehand = options.sampling?.draw === "beforehand";
  const inArena = isBeforehand ? new Map<string, number>() : drawn;
  const storage = layOut(graph, kernels.value, { trace, batch, batched, drawn: inArena });
  if (storage.arenaBytes > MAX_ARENA_BYTES) {
    return failure(arenaTooLarge(storage.arenaBytes, batch));
  }
  const draws = planDraws(drawn, kernels.value, storage, isBeforehand);
  const layers = planLayers(
    graph,
    kernels.value,
    weights.value,
    sections.value,
    batched,
    draws,
    storage,
  );
  const sampling = planSampling(graph, kernels.value, storage, draws, options.sampling);
  return success({
    graph: graph.name,
    ...(graph.calibration && { calibration: graph.calibration }),
    target: table.target,
    mode: options.mode,
    tier: options.tier,
    weights: options.weights,
    activations: options.activations ?? "f32",
    points: options.points,
    batch,
    trace,
    input: planInput(graph, kernels.value, storage),
    layers,
    ...(sampling === undefined ? {} : { sampling }),
    head: planHead(graph, kernels.value, layers, storage, options.points),
    ...(graph.decision && options.mode === "pfp" ? { decision: graph.decision } : {}),
    finite: chosenKernel(kernels.value, FINITE),
    arenaBytes: storage.arenaBytes,
    choices,
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
    const kernel = chosenKernel(kernels, node.name);
    const panels = packWeights(node.name, parameters, kernel, drawsApart(node));
    if (panels.ok) {
      packed.set(node.name, panels.value);
    } else {
      problems.push(...panels.diagnostics);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(packed);
}

/** How many floats are drawn for each node whose kernel reads draws. */
function floatsToDraw(
  graph: Graph,
  packed: ReadonlyMap<string, PackedWeights>,
): ReadonlyMap<string, number> {
  const drawing = graph.nodes.filter((node) => hasParameters(node) && drawsApart(node));
  return new Map(drawing.map(({ name }) => [name, (packed.get(name)?.length ?? 0) / 2]));
}

/** Where they are drawn to: the arena, or beforehand one behind the other. */
function planDraws(
  drawn: ReadonlyMap<string, number>,
  kernels: KernelChoice,
  storage: Storage,
  isBeforehand: boolean,
): ReadonlyMap<string, DrawPlan> {
  let end = 0;
  return new Map(
    [...drawn].map(([name, length]) => {
      const offset = isBeforehand ? end : storage.offset(name, "weights");
      end += length * Float32Array.BYTES_PER_ELEMENT;
      const where = isBeforehand ? "beforehand" : "arena";
      return [name, { kernel: chosenKernel(kernels, DRAW), length, where, offset }];
    }),
  );
}

function planSampling(
  graph: Graph,
  kernels: KernelChoice,
  storage: Storage,
  draws: ReadonlyMap<string, DrawPlan>,
  sampling: Sampling | undefined,
): SamplingPlan | undefined {
  if (sampling === undefined) {
    return undefined;
  }
  const floats = [...draws.values()].reduce((sum, { length }) => sum + length, 0);
  const mixture = kernels.get(MIXTURE);
  return {
    ...sampling,
    first: nodesBeforeDraws(graph) ?? 0,
    passBytes: sampling.draw === "beforehand" ? floats * Float32Array.BYTES_PER_ELEMENT : 0,
    accumulate: chosenKernel(kernels, ACCUMULATE),
    mean: storage.offset(ACCUMULATE, "mean"),
    squares: storage.offset(ACCUMULATE, "squares"),
    ...(mixture === undefined
      ? {}
      : { mixture: { kernel: mixture, probability: storage.offset(MIXTURE, "probability") } }),
  };
}

function planLayers(
  graph: Graph,
  kernels: KernelChoice,
  packed: ReadonlyMap<string, PackedWeights>,
  sections: ReadonlyMap<string, string>,
  batched: ReadonlySet<string>,
  draws: ReadonlyMap<string, DrawPlan>,
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
    const draw = draws.get(node.name);
    const scratch = scratchLength(kernel, shape);
    return [
      {
        name: node.name,
        ...(batched.has(node.name) ? { batched: true } : {}),
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
        ...(draw === undefined ? {} : { draw }),
        ...(section === undefined ? {} : { section }),
        ...(scratch > 0
          ? {
              scratch: {
                dtype: kernel.dtype,
                offset: storage.offset(node.name, "scratch"),
                length: scratch,
              },
            }
          : {}),
      },
    ];
  });
}

const traceOfHalves: Diagnostic = {
  code: "trace-of-halves",
  path: "--trace",
  message: "a trace shows floats, and with --activations f16 values are halves",
  hint: "leave one of the two out",
};

const batchOfHalves: Diagnostic = {
  code: "batch-of-halves",
  path: "--batch",
  message: "no kernel of --activations f16 takes several inputs at once",
  hint: "leave one of the two out",
};

function arenaTooLarge(bytes: number, batch: number): Diagnostic {
  return {
    code: "arena-too-large",
    path: "arena",
    message: `the model needs an arena of ${bytes} bytes, more than ${MAX_ARENA_BYTES}`,
    hint: batch > 1 ? "choose a smaller --batch" : "no target holds such a model: check its shapes",
  };
}
