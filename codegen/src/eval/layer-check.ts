import { normalQuantile } from "./normal.js";

/**
 * A layer's outputs over n images: in the pass, and in draws of the weights. Arrays are
 * [units][images]; d = (draw - mean) / sd is a draw in units of the pass.
 */
export interface DrawnLayer {
  readonly name: string;
  readonly op: string;
  readonly images: number;
  readonly mean: Float32Array;
  readonly var: Float32Array;
  /** Means over the draws of d, d^2, d^3, d^4. */
  readonly powers: readonly Float32Array[];
  /** Of pooling: those of d, d^2 where a window's elements are independent, but else as drawn. */
  readonly apart?: readonly Float32Array[];
  readonly recorded: RecordedDraws;
}

/** Draws of some units for the first images: [units][images][draws]. */
export interface RecordedDraws {
  /** Which units; one may be there twice. */
  readonly units: Float32Array;
  readonly images: number;
  readonly draws: Float32Array;
}

/** How far a layer is from what the pass takes it for. Averages weigh a unit by its variance in the draws. */
export interface LayerCheck {
  readonly name: string;
  readonly op: string;
  /** Root mean square of drawn mean - mean over that of the drawn sd, what chance adds taken off. */
  readonly mean_error: number;
  /** Sum of the drawn variances over that of the pass. */
  readonly var_ratio: number;
  /** Root mean square of the correlation of two units, which the pass takes for 0. */
  readonly correlation: number;
  /** Of the draws: 0 and 0 for a Gaussian. */
  readonly skewness: number;
  readonly excess_kurtosis: number;
  /** Mean distance of Wasserstein (of order 1) of the draws from the pass's Gaussian, in its sds. */
  readonly wasserstein: number;
}

/** Below, a variance is that of a unit that is dead for an image. */
const DEAD = 1e-30;

/** Checks one layer. */
export function checkLayer(layer: DrawnLayer, draws: number): LayerCheck {
  const { name, op, var: variance, powers } = layer;
  const [d1 = [], d2 = [], d3 = [], d4 = []] = powers as readonly ArrayLike<number>[];
  let [weight, meanError, drawnVar, skewness, kurtosis] = [0, 0, 0, 0, 0];
  for (let i = 0; i < variance.length; i++) {
    const v = variance[i] as number;
    const [a, b, c, d] = [d1[i] as number, d2[i] as number, d3[i] as number, d4[i] as number];
    const own = b - a * a;
    if (v < DEAD || own <= 0) {
      continue;
    }
    const drawn = (v * own * draws) / (draws - 1);
    weight += v;
    drawnVar += drawn;
    meanError += v * (a * a - own / draws);
    const third = c - 3 * a * b + 2 * a ** 3;
    const fourth = d - 4 * a * c + 6 * a * a * b - 3 * a ** 4;
    skewness += drawn * (third / own ** 1.5);
    kurtosis += drawn * (fourth / (own * own) - 3);
  }
  return {
    ...{ name, op },
    mean_error: Math.sqrt(Math.max(0, meanError / drawnVar)),
    var_ratio: drawnVar / weight,
    correlation: meanCorrelation(layer.recorded, draws),
    skewness: skewness / drawnVar,
    excess_kurtosis: kurtosis / drawnVar,
    wasserstein: meanWasserstein(layer, draws),
  };
}

/** The series of each recorded unit and image. */
function seriesOf({ images, draws }: RecordedDraws, count: number, unit: number, image: number) {
  const start = (unit * images + image) * count;
  return draws.subarray(start, start + count);
}

function meanCorrelation(recorded: RecordedDraws, count: number): number {
  const { units, images } = recorded;
  let [pairs, squares] = [0, 0];
  for (let image = 0; image < images; image++) {
    const standardised = [...units].map((_, u) => standardise(seriesOf(recorded, count, u, image)));
    for (let a = 0; a < units.length; a++) {
      for (let b = 0; b < a; b++) {
        const [x, y] = [standardised[a], standardised[b]];
        if (x === undefined || y === undefined || units[a] === units[b]) {
          continue;
        }
        const r = x.reduce((sum, value, i) => sum + value * (y[i] as number), 0) / count;
        pairs++;
        squares += r * r - 1 / count;
      }
    }
  }
  return pairs === 0 ? 0 : Math.sqrt(Math.max(0, squares / pairs));
}

/** Mean 0 and variance 1; undefined for a constant. */
function standardise(series: Float32Array): Float64Array | undefined {
  const mean = series.reduce((sum, x) => sum + x, 0) / series.length;
  const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0) / series.length;
  return variance > DEAD
    ? Float64Array.from(series, (x) => (x - mean) / Math.sqrt(variance))
    : undefined;
}

/** Sorted draws against the quantiles of the pass's Gaussian. */
function meanWasserstein(
  { mean, var: variance, recorded, images: imagesInAll }: DrawnLayer,
  count: number,
): number {
  const { units, images } = recorded;
  const quantiles = Float64Array.from({ length: count }, (_, i) =>
    normalQuantile((i + 0.5) / count),
  );
  let [weight, sum] = [0, 0];
  for (let u = 0; u < units.length; u++) {
    for (let image = 0; image < images; image++) {
      const at = (units[u] as number) * imagesInAll + image;
      const v = variance[at] as number;
      if (v < DEAD) {
        continue;
      }
      const sorted = seriesOf(recorded, count, u, image).slice().sort();
      const m = mean[at] as number;
      const distance = sorted.reduce(
        (total, x, i) => total + Math.abs((x - m) / Math.sqrt(v) - (quantiles[i] as number)),
        0,
      );
      weight += v;
      sum += (v * distance) / count;
    }
  }
  return weight === 0 ? 0 : sum / weight;
}
