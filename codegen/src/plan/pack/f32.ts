import { failure, type Result, success } from "../../diagnostics.js";
import type { GaussianTensor, LayerParameters, Tensor } from "../../ir/posterior.js";
import { weightOverflow } from "./overflow.js";

/** Which numbers of each parameter a kernel reads, one after the other. */
export type Moments = "mean and variance" | "mean";

/**
 * Packs the parameters of a dense or conv2d layer as pfp_kernels.h asks: panels of `outputs`
 * outputs, each { mean of bias, variance of bias, then for each input { mean, variance } }, the
 * last one filled up with zeros. A missing sd is a variance of zero. Kernels of form `exact` read
 * means alone.
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
      packed[place + outputs] = at(sd, index) ** 2;
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

function finite(layer: string, packed: Float32Array): Result<Float32Array> {
  return packed.every(Number.isFinite)
    ? success(packed)
    : failure(weightOverflow(layer, "a mean, or the square of an sd,"));
}

function at(tensor: Tensor | undefined, index: number): number {
  return tensor?.values[index] ?? 0;
}
