import { failure, type Result, success } from "../../diagnostics.js";
import type { GaussianTensor, LayerParameters, Tensor } from "../../ir/posterior.js";
import { weightOverflow } from "./overflow.js";

/** Which numbers of each parameter a kernel reads, one after the other. */
export type Moments = "mean and variance" | "mean and sd" | "mean";

/**
 * Packs the parameters of a dense or conv2d layer as pfp_kernels.h asks: panels of `outputs`
 * outputs, each { mean of bias, variance of bias, then for each input { mean, variance } }, the
 * last one filled up with zeros. A missing sd is a variance of zero. Kernels of form `exact` read
 * means alone, those of form `sampled` standard deviations in the place of variances.
 */
export function packPanels(
  layer: string,
  { weight, bias }: LayerParameters,
  outputs: number,
  moments: Moments = "mean and variance",
): Result<Float32Array> {
  const [out = 0] = weight.mean.shape;
  const inputs = weight.mean.values.length / out;
  const step = moments === "mean" ? outputs : 2 * outputs;
  const panelFloats = step * (1 + inputs);
  const packed = new Float32Array(Math.ceil(out / outputs) * panelFloats);
  const put = (place: number, { mean, sd }: Partial<GaussianTensor>, index: number) => {
    packed[place] = at(mean, index);
    if (moments !== "mean") {
      packed[place + outputs] = moments === "mean and sd" ? at(sd, index) : at(sd, index) ** 2;
    }
  };
  for (let output = 0; output < out; output++) {
    const panel = Math.floor(output / outputs) * panelFloats + (output % outputs);
    put(panel, bias ?? {}, output);
    for (let input = 0; input < inputs; input++) {
      put(panel + step * (1 + input), weight, output * inputs + input);
    }
  }
  return finite(layer, packed);
}

/** Draws come eight at a time. */
const DRAWS = 8;

/**
 * What is drawn to be read by a kernel of form `exact`: its panels of means, filled up with zeros to
 * a multiple of eight floats, then as many standard deviations in the same order.
 */
export function packToDraw(
  layer: string,
  { weight, bias }: LayerParameters,
  outputs: number,
): Result<Float32Array> {
  const deviations: LayerParameters = {
    weight: { mean: weight.sd ?? zeros(weight.mean) },
    ...(bias === undefined ? {} : { bias: { mean: bias.sd ?? zeros(bias.mean) } }),
  };
  const means = packPanels(layer, { weight, ...(bias && { bias }) }, outputs, "mean");
  const sds = packPanels(layer, deviations, outputs, "mean");
  if (!means.ok || !sds.ok) {
    return means.ok ? sds : means;
  }
  const length = Math.ceil(means.value.length / DRAWS) * DRAWS;
  const packed = new Float32Array(2 * length);
  packed.set(means.value);
  packed.set(sds.value, length);
  return success(packed);
}

function zeros({ shape, values }: Tensor): Tensor {
  return { shape, values: new Float64Array(values.length) };
}

function finite(layer: string, packed: Float32Array): Result<Float32Array> {
  return packed.every(Number.isFinite)
    ? success(packed)
    : failure(weightOverflow(layer, "a mean, or the square of an sd,"));
}

function at(tensor: Tensor | undefined, index: number): number {
  return tensor?.values[index] ?? 0;
}
