import { failure, type Result, success } from "../../diagnostics.js";
import type { LayerParameters, Tensor } from "../../ir/posterior.js";
import { weightOverflow } from "./overflow.js";

/**
 * Packs the parameters of a dense or conv2d layer as pfp_kernels.h asks: panels of `outputs`
 * outputs, each { mean of bias, variance of bias, then for each input { mean, variance } }, the
 * last one filled up with zeros. A missing sd is a variance of zero.
 */
export function packPanels(
  layer: string,
  { weight, bias }: LayerParameters,
  outputs: number,
): Result<Float32Array> {
  const [out = 0] = weight.mean.shape;
  const inputs = weight.mean.values.length / out;
  const panelFloats = 2 * outputs * (1 + inputs);
  const packed = new Float32Array(Math.ceil(out / outputs) * panelFloats);
  for (let output = 0; output < out; output++) {
    const lane = output % outputs;
    const panel = Math.floor(output / outputs) * panelFloats + lane;
    packed[panel] = at(bias?.mean, output);
    packed[panel + outputs] = at(bias?.sd, output) ** 2;
    for (let input = 0; input < inputs; input++) {
      const place = panel + 2 * outputs * (1 + input);
      packed[place] = at(weight.mean, output * inputs + input);
      packed[place + outputs] = at(weight.sd, output * inputs + input) ** 2;
    }
  }
  return finite(layer, packed);
}

/** The same for a layer of form `exact`: panels { mean of bias, then mean for each input }. */
export function packMeans(
  layer: string,
  { weight, bias }: LayerParameters,
  outputs: number,
): Result<Float32Array> {
  const [out = 0] = weight.mean.shape;
  const inputs = weight.mean.values.length / out;
  const panelFloats = outputs * (1 + inputs);
  const packed = new Float32Array(Math.ceil(out / outputs) * panelFloats);
  for (let output = 0; output < out; output++) {
    const panel = Math.floor(output / outputs) * panelFloats + (output % outputs);
    packed[panel] = at(bias?.mean, output);
    for (let input = 0; input < inputs; input++) {
      packed[panel + outputs * (1 + input)] = at(weight.mean, output * inputs + input);
    }
  }
  return finite(layer, packed);
}

function finite(layer: string, packed: Float32Array): Result<Float32Array> {
  return packed.every(Number.isFinite) ? success(packed) : failure(weightOverflow(layer));
}

function at(tensor: Tensor | undefined, index: number): number {
  return tensor?.values[index] ?? 0;
}
