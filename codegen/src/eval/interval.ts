import { normalCdf, normalQuantile } from "./normal.js";

/** A figure and its confidence interval, absent where resamples do not give one. */
export interface Estimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** The quantile of ascending values, linear between them (Hyndman & Fan 1996, type 7). */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below] as number, sorted[Math.ceil(place)] as number];
  return low + (place - below) * (high - low);
}

/** The percentile interval of Efron (1981). */
export function percentileInterval(value: number, replicates: Float64Array, level: number) {
  return between(value, replicates, (1 - level) / 2, (1 + level) / 2);
}

/**
 * The bias-corrected and accelerated interval (Efron 1987), or the percentile interval where all
 * replicates lie on one side of the value.
 *
 * @param value of the sample itself
 * @param replicates of it in resamples; those that are NaN are left out
 * @param acceleration see `accelerationOf`
 */
export function bcaInterval(
  value: number,
  replicates: Float64Array,
  acceleration: number,
  level: number,
): Estimate {
  const usable = replicates.filter((replicate) => !Number.isNaN(replicate));
  let below = 0;
  for (const replicate of usable) {
    below += replicate < value ? 1 : replicate === value ? 0.5 : 0;
  }
  const bias = normalQuantile(below / usable.length);
  const adjusted = (probability: number) => {
    const z = bias + normalQuantile(probability);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  const [low, high] = [adjusted((1 - level) / 2), adjusted((1 + level) / 2)];
  return Number.isFinite(low + high)
    ? between(value, usable, low, high)
    : percentileInterval(value, usable, level);
}

/**
 * The acceleration from the jackknife, over several independent samples (Efron & Tibshirani 1993,
 * 14.3): its skewness over six.
 *
 * @param leftOut for each sample, the statistic without each of its items, or blocks of them
 */
export function accelerationOf(leftOut: readonly ArrayLike<number>[]): number {
  let [cubes, squares] = [0, 0];
  for (const values of leftOut) {
    const n = values.length;
    const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / n;
    for (let i = 0; i < n; i++) {
      const influence = ((n - 1) * (mean - (values[i] as number))) / n;
      cubes += influence ** 3;
      squares += influence ** 2;
    }
  }
  const acceleration = cubes / (6 * squares ** 1.5);
  return Number.isFinite(acceleration) ? acceleration : 0;
}

/** No interval where fewer than half of the resamples have the statistic. */
function between(value: number, replicates: Float64Array, low: number, high: number): Estimate {
  const sorted = replicates.filter((replicate) => !Number.isNaN(replicate)).sort();
  return 2 * sorted.length < replicates.length || sorted.length === 0 || Number.isNaN(value)
    ? { value }
    : { value, low: quantile(sorted, low), high: quantile(sorted, high) };
}
