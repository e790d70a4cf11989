import { estimate } from "../ir/estimate.js";
import { INPUT } from "../ir/graph.js";
import {
  type Dtype,
  dtypeBytes,
  type Kernel,
  type KernelTable,
  PREDICT,
} from "../ir/kernel-table.js";
import type { ShapeFields } from "../ir/work.js";
import type { LayerPlan, Plan, ValuePlace } from "./plan.js";

/** What one step of the generated code takes; null where it was not measured. */
export interface StepResources {
  readonly name: string;
  /** Empty for model_predict itself. */
  readonly kernel: string;
  readonly weight_bytes: number;
  /** Bytes of its code, 0 where an earlier step has the same kernel. */
  readonly code_bytes: number | null;
  /** Bytes of the arena that it reads, writes or works in. */
  readonly arena_bytes: number;
  /** Bytes of stack at worst, below model_predict's own. */
  readonly stack_bytes: number | null;
  /** Executed instructions of one input, estimated from the costs of the kernel; see estimate.ts. */
  readonly instructions: number | null;
}

/** What a generated model takes. Sums leave out what is null. */
export interface Resources {
  readonly flash_bytes: number;
  readonly arena_bytes: number;
  readonly stack_bytes: number;
  /** Null where no step has a figure: the target's costs are of another unit. */
  readonly instructions: number | null;
  /** False where a figure is missing, so that the sums are lower bounds. */
  readonly complete: boolean;
  readonly steps: readonly StepResources[];
}

/** Adds up what a plan takes, from the figures of `table`. */
export function resourcesOf(plan: Plan, table: KernelTable): Resources {
  const steps = withoutSharedCode(listSteps(plan)).map((step) => measure(step, table));
  const sum = (of: (step: StepResources) => number | null) =>
    steps.reduce((total, step) => total + (of(step) ?? 0), 0);
  const isCounted = steps.some(
    ({ kernel, instructions }) => kernel !== "" && instructions !== null,
  );
  const deepest = Math.max(...steps.slice(1).map(({ stack_bytes }) => stack_bytes ?? 0));
  return {
    flash_bytes: sum(({ weight_bytes }) => weight_bytes) + sum(({ code_bytes }) => code_bytes),
    arena_bytes: plan.arenaBytes,
    stack_bytes: (steps[0]?.stack_bytes ?? 0) + deepest,
    instructions: isCounted ? Math.round(sum(({ instructions }) => instructions)) : null,
    complete: steps.every(
      ({ code_bytes, stack_bytes, instructions }) =>
        code_bytes !== null && stack_bytes !== null && instructions !== null,
    ),
    steps,
  };
}

interface Step {
  readonly name: string;
  readonly kernel?: Kernel;
  readonly weights: number;
  readonly arrays: readonly Stretch[];
  /** The shape of each call; none for what calls no kernel. */
  readonly calls: readonly ShapeFields[];
  /** How often all calls are made; default: once. */
  readonly times?: number;
  readonly isCodeShared?: boolean;
}

/** A stretch of the arena in bytes. */
interface Stretch {
  readonly begin: number;
  readonly end: number;
}

function listSteps(plan: Plan): Step[] {
  const { input, layers } = plan;
  return [
    { name: PREDICT, weights: 0, arrays: [], calls: [] },
    {
      name: INPUT,
      kernel: input.kernel,
      weights: input.shift.byteLength,
      arrays: input.how === "copied" ? stretches(input.output) : [],
      calls: [
        input.how === "copied"
          ? { channels: input.channels, plane: input.plane }
          : { len: input.shape.reduce((product, extent) => product * extent, 1) },
      ],
    },
    ...layers.flatMap((layer, index) => layerSteps(layer, passesOf(plan, index))),
    ...headSteps(plan),
  ];
}

/** How often a layer runs in one prediction. */
function passesOf({ sampling }: Plan, index: number): number {
  return sampling === undefined || index < sampling.first ? 1 : sampling.samples;
}

function layerSteps(layer: LayerPlan, passes: number): Step[] {
  const { name, kernel, weights, output, scratch, draw, shape } = layer;
  const working =
    scratch === undefined ? [] : [stretch(scratch.offset, scratch.length, scratch.dtype)];
  const step = {
    name,
    kernel,
    weights: weights?.byteLength ?? 0,
    arrays: [...stretches(layer.input), ...stretches(output), ...working],
    calls: [shape?.fields ?? { len: output.length }],
    times: passes,
  };
  if (draw === undefined) {
    return [step];
  }
  // Weights that were drawn beforehand are no part of a prediction, nor of its arena.
  const isBeforehand = draw.where === "beforehand";
  const drawn = isBeforehand ? [] : [stretch(draw.offset, draw.length)];
  return [
    {
      name: `${name}, draw`,
      kernel: draw.kernel,
      weights: step.weights,
      arrays: drawn,
      calls: [{ len: draw.length }],
      times: isBeforehand ? 0 : passes,
    },
    { ...step, weights: 0, arrays: [...step.arrays, ...drawn] },
  ];
}

function headSteps(plan: Plan): Step[] {
  const { head, finite, sampling } = plan;
  const outputs = head.input.length;
  const passes = sampling?.samples ?? 1;
  const logits = stretches(head.input);
  const check = {
    ...{ name: "range check", kernel: finite, weights: 0, arrays: logits, times: passes },
    calls: logits.map(() => ({ len: outputs })),
  };
  if (head.kind === "regression") {
    return [{ ...check, weights: head.noiseVar.byteLength }, ...samplingSteps(plan)];
  }
  if (head.kind === "softmax") {
    const { kernel, probability } = head;
    const arrays = [...logits, stretch(probability, outputs)];
    return [
      check,
      { name: "softmax", kernel, weights: 0, arrays, calls: [{ len: outputs }], times: passes },
      ...samplingSteps(plan),
    ];
  }
  const { covariance, kernel, normals, points } = head;
  const cov = stretch(head.cov, (outputs * (outputs + 1)) / 2);
  const working = [stretch(head.scratch, 8 * outputs), stretch(head.probability, outputs)];
  const covary: Step[] =
    covariance.level === "none"
      ? []
      : [
          {
            name: "covariance",
            kernel: covariance.kernel,
            weights: 0,
            arrays: [
              ...stretches(covariance.layer.input),
              ...logits,
              cov,
              stretch(covariance.scratch, 4 * Math.ceil(outputs / 4)),
            ],
            calls: [covariance.layer.shape?.fields ?? {}],
          },
        ];
  return [
    check,
    ...covary,
    {
      name: "classification",
      kernel,
      weights: normals.byteLength,
      arrays: [...logits, cov, ...working],
      calls: [{ classes: outputs, points }],
    },
  ];
}

/** What a sampled network makes of its passes. */
function samplingSteps({ head, sampling }: Plan): Step[] {
  if (sampling === undefined) {
    return [];
  }
  const { samples, accumulate, mean, squares, mixture } = sampling;
  const outputs = head.input.length;
  const moments = [stretch(mean, outputs), stretch(squares, outputs)];
  const probability = mixture === undefined ? [] : [stretch(mixture.probability, outputs)];
  const runs = mixture === undefined ? 1 : 2;
  const add: Step = {
    name: "accumulate",
    kernel: accumulate,
    weights: 0,
    arrays: [...moments, ...probability],
    calls: [{ len: outputs }],
    times: runs * samples,
  };
  return mixture === undefined
    ? [add]
    : [
        add,
        {
          name: "mixture",
          kernel: mixture.kernel,
          weights: 0,
          arrays: probability,
          calls: [{ len: outputs }],
        },
      ];
}

function withoutSharedCode(steps: readonly Step[]): Step[] {
  const seen = new Set<string>();
  return steps.map((step) => {
    const symbol = step.kernel?.symbol ?? "";
    const isCodeShared = seen.has(symbol);
    seen.add(symbol);
    return { ...step, isCodeShared };
  });
}

function measure(step: Step, table: KernelTable): StepResources {
  const figures = table.figures.get(step.kernel?.symbol ?? PREDICT);
  return {
    name: step.name,
    kernel: step.kernel?.symbol ?? "",
    weight_bytes: step.weights,
    code_bytes: step.isCodeShared ? 0 : (figures?.code ?? null),
    arena_bytes: covered(step.arrays),
    stack_bytes: figures?.stack ?? null,
    instructions: instructionsOf(step, table),
  };
}

/** Of which bench/kernels.c measures the cost of dense_batch. */
const BENCHED_INPUTS = 8;

function instructionsOf({ kernel, calls, times = 1 }: Step, table: KernelTable): number | null {
  if (kernel === undefined || times === 0) {
    return 0;
  }
  const estimates = calls.map((shape) => estimate(kernel, shape, table));
  const inputs = kernel.op === "dense_batch" ? BENCHED_INPUTS : 1;
  return table.unit === "instructions" && estimates.every((found) => found !== undefined)
    ? Math.round((times * estimates.reduce((sum, { work }) => sum + work, 0)) / inputs)
    : null;
}

function stretches(place: ValuePlace | undefined): Stretch[] {
  if (place === undefined) {
    return [];
  }
  const offsets = place.var === undefined ? [place.mean] : [place.mean, place.var];
  const length = (place.count ?? 1) * place.length;
  return offsets.map((offset) => stretch(offset, length, place.dtype));
}

function stretch(begin: number, length: number, dtype: Dtype = "f32"): Stretch {
  return { begin, end: begin + length * dtypeBytes[dtype] };
}

/** Bytes that lie in any of the stretches. */
function covered(stretches: readonly Stretch[]): number {
  let [bytes, reached] = [0, 0];
  for (const { begin, end } of [...stretches].sort((a, b) => a.begin - b.begin)) {
    bytes += Math.max(0, end - Math.max(begin, reached));
    reached = Math.max(reached, end);
  }
  return bytes;
}
