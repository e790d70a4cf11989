import type { LayerPlan, Plan, ValuePlace } from "../../../codegen/src/plan/plan.js";
import { largest, type Moment, type Moments, positive, weightedSum } from "./moments.js";

const FLOAT_BYTES = 4;

/** What a run leaves in the arena. */
export interface PlanRun {
  readonly logits: Moments;
  /** The output of each layer when it was made, and at the end. */
  readonly written: readonly (readonly Moment[])[];
  readonly left: readonly (readonly Moment[])[];
  /** The input of the layer whose covariance is wanted, where one is. */
  readonly covarianceInput?: Moments;
}

/**
 * Runs a plan in float64: reads packed weights, and values where the plan has placed them, as
 * pfp_kernels.h says. Scratch is spoilt before each step, so that a misplaced buffer shows.
 */
export function runPlan(plan: Plan, input: readonly number[]): PlanRun {
  const arena = new Float64Array(plan.arenaBytes / FLOAT_BYTES).fill(Number.NaN);
  if (plan.input.how === "copied") {
    const { channels, plane, shift, output } = plan.input;
    const shifted = Array.from({ length: channels * plane }, (_, i): Moment => {
      const [position, channel] = [Math.floor(i / channels), i % channels];
      return [at(input, channel * plane + position) - at(shift, channel), 0];
    });
    write(arena, output, shifted);
  }
  const written: Moment[][] = [];
  for (const layer of plan.layers) {
    if (layer.scratch !== undefined) {
      spoil(arena, layer.scratch.offset, layer.scratch.length);
    }
    const entering =
      layer.input === undefined ? shiftPlanes(layer, plan, input) : read(arena, layer.input);
    const made = runLayer(layer, entering);
    write(arena, layer.output, made);
    written.push(made);
  }
  const covarianceInput = spoilHead(arena, plan);
  return {
    logits: split(read(arena, plan.head.input)),
    written,
    left: plan.layers.map(({ output }) => read(arena, output)),
    ...(covarianceInput === undefined ? {} : { covarianceInput }),
  };
}

/** What a layer that reads the user's own planes sees. */
function shiftPlanes(layer: LayerPlan, plan: Plan, input: readonly number[]): Moment[] {
  const plane = input.length / at(fields(layer.shape?.fields ?? {}, "in_planes"), 0);
  return input.map((x, i) => [x - at(plan.input.shift, Math.floor(i / plane)), 0]);
}

/** Goes through the head's steps; gives what the covariance kernel finds as its layer's input. */
function spoilHead(arena: Float64Array, { head }: Plan): Moments | undefined {
  if (head.kind === "regression") {
    return undefined;
  }
  const classes = head.input.length;
  if (head.kind === "softmax") {
    spoil(arena, head.probability, classes);
    return undefined;
  }
  const { covariance } = head;
  spoil(arena, head.cov, (classes * (classes + 1)) / 2);
  if (covariance.level === "last") {
    spoil(arena, covariance.scratch, 4 * Math.ceil(classes / 4));
  }
  const place = covariance.level === "last" ? covariance.layer.input : undefined;
  const input = place === undefined ? undefined : split(read(arena, place));
  spoil(arena, head.scratch, 8 * classes);
  spoil(arena, head.probability, classes);
  return input;
}

function runLayer(layer: LayerPlan, input: readonly Moment[]): Moment[] {
  switch (layer.op) {
    case "relu":
      return input.map(positive);
    case "maxpool2d":
      return pool(layer, input);
    case "maxpool2d_relu":
      return pool(layer, input).map(positive);
    case "dense":
      return Array.from({ length: layer.output.length }, (_, output) =>
        weightedSum(
          input.map((element, k) => [element, weight(layer, output, k)] as const),
          weight(layer, output, -1),
        ),
      );
    case "conv2d":
      return convolve(layer, input);
    case "conv2d_maxpool2d_relu":
      return convolveAndPool(layer, input).map(positive);
    default:
      throw new Error(`a plan has no layer ${layer.op}`);
  }
}

/** The convolution at twice as many rows and columns, then 2x2 windows. */
function convolveAndPool(layer: LayerPlan, input: readonly Moment[]): Moment[] {
  const s = layer.shape?.fields ?? {};
  const [outH, outW, channels] = fields(s, "out_h", "out_w", "out_c");
  const wide = { out_h: 2 * outH, out_w: 2 * outW };
  const windows = { in_w: 2 * outW, channels, out_w: outW, size_h: 2, size_w: 2 };
  const convolution: LayerPlan = {
    ...layer,
    shape: { type: "pfp_conv2d_shape", fields: { ...s, ...wide } },
    output: { ...layer.output, length: 4 * layer.output.length },
  };
  const pooling: LayerPlan = {
    ...layer,
    shape: { type: "pfp_pool2d_shape", fields: { ...windows, stride_h: 2, stride_w: 2 } },
  };
  return pool(pooling, convolve(convolution, input));
}

function convolve(layer: LayerPlan, input: readonly Moment[]): Moment[] {
  const s = layer.shape?.fields ?? {};
  const [inH, inW, inC, outW, outC] = fields(s, "in_h", "in_w", "in_c", "out_w", "out_c");
  const [planes] = fields(s, "in_planes");
  const [kernelH, kernelW] = fields(s, "kernel_h", "kernel_w");
  const [strideH, strideW, top, left] = fields(s, "stride_h", "stride_w", "pad_top", "pad_left");
  return Array.from({ length: layer.output.length }, (_, i): Moment => {
    const [row, column, output] = [
      Math.floor(i / outC / outW),
      Math.floor(i / outC) % outW,
      i % outC,
    ];
    const terms: [Moment, Moment][] = [];
    const taps = kernelH * kernelW * inC;
    for (let k = 0; k < planes * taps; k++) {
      const [plane, tap] = [Math.floor(k / taps), k % taps];
      const y = row * strideH + Math.floor(tap / inC / kernelW) - top;
      const x = column * strideW + (Math.floor(tap / inC) % kernelW) - left;
      if (y >= 0 && y < inH && x >= 0 && x < inW) {
        const place = ((plane * inH + y) * inW + x) * inC + (tap % inC);
        terms.push([input[place] ?? [Number.NaN, Number.NaN], weight(layer, output, k)]);
      }
    }
    return weightedSum(terms, weight(layer, output, -1));
  });
}

function pool(layer: LayerPlan, input: readonly Moment[]): Moment[] {
  const s = layer.shape?.fields ?? {};
  const [inW, channels, outW] = fields(s, "in_w", "channels", "out_w");
  const [sizeH, sizeW, strideH, strideW] = fields(s, "size_h", "size_w", "stride_h", "stride_w");
  return Array.from({ length: layer.output.length }, (_, i): Moment => {
    const [row, column] = [Math.floor(i / channels / outW), Math.floor(i / channels) % outW];
    const window = Array.from({ length: sizeH * sizeW }, (_, j): Moment => {
      const y = row * strideH + Math.floor(j / sizeW);
      const x = column * strideW + (j % sizeW);
      return input[(y * inW + x) * channels + (i % channels)] ?? [Number.NaN, Number.NaN];
    });
    return largest(window);
  });
}

/** Weight `k` of an output from the packed panels; -1 is its bias. */
function weight({ weights, kernel, outputShape }: LayerPlan, output: number, k: number): Moment {
  const packed = weights ?? new Float32Array(0);
  const panels = Math.ceil((outputShape[0] ?? 0) / kernel.outputs);
  const panel = Math.floor(output / kernel.outputs) * (packed.length / panels);
  const isExact = kernel.form === "exact";
  const mean = panel + (isExact ? 1 : 2) * kernel.outputs * (1 + k) + (output % kernel.outputs);
  return [at(packed, mean), isExact ? 0 : at(packed, mean + kernel.outputs)];
}

function read(arena: Float64Array, place: ValuePlace): Moment[] {
  const variance = (i: number) =>
    place.var === undefined ? 0 : at(arena, place.var / FLOAT_BYTES + i);
  return Array.from({ length: place.length }, (_, i) => [
    at(arena, place.mean / FLOAT_BYTES + i),
    variance(i),
  ]);
}

function write(arena: Float64Array, place: ValuePlace, values: readonly Moment[]): void {
  values.forEach(([mean, variance], i) => {
    arena[place.mean / FLOAT_BYTES + i] = mean;
    if (place.var !== undefined) {
      arena[place.var / FLOAT_BYTES + i] = variance;
    }
  });
}

function spoil(arena: Float64Array, offset: number, floats: number): void {
  arena.fill(Number.NaN, offset / FLOAT_BYTES, offset / FLOAT_BYTES + floats);
}

function split(values: readonly Moment[]): Moments {
  return { mean: values.map(([mean]) => mean), var: values.map(([, variance]) => variance) };
}

function fields<T extends readonly string[]>(
  given: Readonly<Record<string, number>>,
  ...names: T
): { [K in keyof T]: number } {
  return names.map((name) => given[name] ?? Number.NaN) as { [K in keyof T]: number };
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
