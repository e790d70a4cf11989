import { errorFunction } from "simple-statistics";
import type { TracedLayer } from "./layers.js";

/** What a wrong implementation may do to the pairs it joins. */
export type PoolMistake = "joins one value twice" | "swaps the variances of a pair";

interface Gaussian {
  readonly mean: number;
  readonly var: number;
}

/** Moments of max(a, b) (Clark 1961), a having the larger mean, to about 1e-7.*/
function clarkMax(a: Gaussian, b: Gaussian): Gaussian {
  const spread = Math.sqrt(a.var + b.var);
  if (spread === 0) {
    return a;
  }
  const t = (a.mean - b.mean) / spread;
  const q = (1 - errorFunction(t / Math.SQRT2)) / 2;
  const r = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI) - t * q;
  return {
    mean: a.mean + spread * r,
    var: Math.max(a.var + (b.var - a.var) * q - spread * spread * r * (t + r), 0),
  };
}

/** Moments of max(x, 0). */
export function reluMoments({ mean, var: variance }: Gaussian): Gaussian {
  return mean >= 0
    ? clarkMax({ mean, var: variance }, { mean: 0, var: 0 })
    : clarkMax({ mean: 0, var: 0 }, { mean, var: variance });
}

/** Moments of a pooling layer, with relu where it has one, as docs/math.md has them. */
export function clarkMoments(layer: TracedLayer, mistake?: PoolMistake) {
  const [, inW, channels] = layer.inShape;
  const [outH, outW] = layer.outShape;
  const mean = new Float64Array(outH * outW * channels);
  const variance = new Float64Array(mean.length);
  for (let unit = 0; unit < mean.length; unit++) {
    const [channel, place] = [unit % channels, Math.floor(unit / channels)];
    const [top, left] = [
      Math.floor(place / outW) * layer.stride[0],
      (place % outW) * layer.stride[1],
    ];
    const window = Array.from({ length: layer.window[0] * layer.window[1] }, (_, i) => {
      const y = top + Math.floor(i / layer.window[1]);
      const x = left + (i % layer.window[1]);
      const at = (y * inW + x) * channels + channel;
      return { mean: layer.in.mean[at] ?? Number.NaN, var: layer.in.var[at] ?? Number.NaN };
    });
    const pooled = pool(window, mistake);
    const out = layer.kind === "maxpool_relu" ? reluMoments(pooled) : pooled;
    mean[unit] = out.mean;
    variance[unit] = out.var;
  }
  return { mean, var: variance };
}

/** Moments of the largest of a window, folded in order of falling mean. */
export function pool(window: readonly Gaussian[], mistake?: PoolMistake): Gaussian {
  const joined =
    mistake === "joins one value twice" ? [...window.slice(0, -1), ...window.slice(1, 2)] : window;
  const falling = [...joined].sort((a, b) => b.mean - a.mean);
  return falling.reduce((big, small) =>
    mistake === "swaps the variances of a pair"
      ? clarkMax({ mean: big.mean, var: small.var }, { mean: small.mean, var: big.var })
      : clarkMax(big, small),
  );
}
