import { hasParameters, type ModelInput, type Node } from "../ir/graph.js";
import type { LayerParameters } from "../ir/posterior.js";

/** What is typical of a value: mean and variance over inputs and weights, one a channel. */
export interface TypicalValue {
  readonly mean: readonly number[];
  readonly var: readonly number[];
}

/** A normalised input: without mean, and as large as the scales were. */
export function typicalInput({ spread = 1 }: ModelInput): TypicalValue {
  return { mean: [0], var: [spread ** 2] };
}

/** E[x^2], averaged over channels. */
export function meanSquare({ mean, var: variance }: TypicalValue): number {
  const sum = mean.reduce((total, m, i) => total + m ** 2 + (variance[i] ?? 0), 0);
  return sum / mean.length;
}

/**
 * What is typical of a node's output, by the moments of a layer (docs/math.md) as if inputs were
 * independent, and alike all over a channel. A guess within a few binary orders. Pooling counts as
 * nothing. Weights are in layout `hwc`.
 */
export function typicalOutput(node: Node, input: TypicalValue): TypicalValue {
  if (hasParameters(node)) {
    const output = weightedSum(node.parameters, input);
    return node.op === "conv2d_maxpool2d_relu" ? relu(output) : output;
  }
  return node.op === "relu" || node.op === "maxpool2d_relu" ? relu(input) : input;
}

function weightedSum({ weight, bias }: LayerParameters, input: TypicalValue): TypicalValue {
  const [outputs = 1] = weight.mean.shape;
  const row = weight.mean.values.length / outputs;
  const channels = input.mean.length;
  const mean: number[] = [];
  const variance: number[] = [];
  for (let output = 0; output < outputs; output++) {
    let m = bias?.mean.values[output] ?? 0;
    let v = (bias?.sd?.values[output] ?? 0) ** 2;
    for (let k = 0; k < row; k++) {
      const mw = weight.mean.values[output * row + k] ?? 0;
      const vw = (weight.sd?.values[output * row + k] ?? 0) ** 2;
      const [inMean, inVar] = [input.mean[k % channels] ?? 0, input.var[k % channels] ?? 0];
      m += mw * inMean;
      v += inVar * (mw ** 2 + vw) + inMean ** 2 * vw;
    }
    mean.push(m);
    variance.push(v);
  }
  return { mean, var: variance };
}

function relu({ mean, var: variance }: TypicalValue): TypicalValue {
  const moments = mean.map((m, i) => {
    const v = variance[i] ?? 0;
    const sd = Math.sqrt(v);
    const a = sd > 0 ? m / sd : Math.sign(m) * 1e3;
    // The logistic curve in place of the normal distribution's: near enough for a guess.
    const phi = 1 / (1 + Math.exp(-1.702 * a));
    const density = Math.exp(-(a ** 2) / 2) / Math.sqrt(2 * Math.PI);
    const first = Math.max(0, m * phi + sd * density);
    const second = Math.max(0, (m ** 2 + v) * phi + m * sd * density);
    return { mean: first, var: Math.max(0, second - first ** 2) };
  });
  return { mean: moments.map((moment) => moment.mean), var: moments.map((moment) => moment.var) };
}
