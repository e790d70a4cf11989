import type { TracedLayer } from "./layers.js";

/** Parts of a linear layer's moments, per unit: var is the sum of the first four. */
export interface LinearTerms {
  /** sum v * mw^2 */
  readonly inputVariance: Float64Array;
  /** sum m^2 * vw */
  readonly weightVariance: Float64Array;
  /** sum v * vw */
  readonly bothVariances: Float64Array;
  readonly biasVariance: Float64Array;
  readonly biasMean: Float64Array;
}

/** The terms of docs/math.md, Layers, in double precision. */
export function linearTerms(layer: TracedLayer): LinearTerms {
  const { weights, inShape, outShape, window, stride, padding } = layer;
  if (weights === undefined) {
    throw new Error(`${layer.name} has no weights`);
  }
  const [inH, inW, inC] = inShape;
  const [outH, outW, outC] = outShape;
  const [windowH, windowW] = window;
  const terms = {
    inputVariance: new Float64Array(outH * outW * outC),
    weightVariance: new Float64Array(outH * outW * outC),
    bothVariances: new Float64Array(outH * outW * outC),
    biasVariance: new Float64Array(outH * outW * outC),
    biasMean: new Float64Array(outH * outW * outC),
  };
  const at = (array: Float32Array, index: number) => array[index] ?? Number.NaN;
  for (let unit = 0; unit < terms.biasMean.length; unit++) {
    const [o, place] = [unit % outC, Math.floor(unit / outC)];
    const top = Math.floor(place / outW) * stride[0] - padding[0];
    const left = (place % outW) * stride[1] - padding[1];
    let [fromInput, fromWeights, fromBoth] = [0, 0, 0];
    for (let k = 0; k < windowH * windowW * inC; k++) {
      const y = top + Math.floor(k / (windowW * inC));
      const x = left + (Math.floor(k / inC) % windowW);
      if (y < 0 || y >= inH || x < 0 || x >= inW) {
        continue;
      }
      const i = (y * inW + x) * inC + (k % inC);
      const [m, v] = [at(layer.in.mean, i), at(layer.in.var, i)];
      const w = o * windowH * windowW * inC + k;
      const [mw, vw] = [at(weights.mean, w), at(weights.sd, w) ** 2];
      fromInput += v * mw * mw;
      fromWeights += m * m * vw;
      fromBoth += v * vw;
    }
    terms.inputVariance[unit] = fromInput;
    terms.weightVariance[unit] = fromWeights;
    terms.bothVariances[unit] = fromBoth;
    terms.biasVariance[unit] = at(weights.biasSd, o) ** 2;
    terms.biasMean[unit] = at(weights.biasMean, o);
  }
  return terms;
}
