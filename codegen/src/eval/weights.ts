import type { Random } from "./random.js";

/** How often each item counts, 1 where there are none. Whole numbers in a bootstrap. */
export type Weights = Float64Array | undefined;

/** n items drawn from n with replacement, as how often each was drawn. */
export function resample(random: Random, n: number): Float64Array {
  const counts = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    (counts[random.below(n)] as number)++;
  }
  return counts;
}

/** The mean of values that count so often. NaN where none does. */
export function weightedMean(values: ArrayLike<number>, weights?: Weights): number {
  let sum = 0;
  let mass = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    if (weight !== 0) {
      sum += weight * (values[i] as number);
      mass += weight;
    }
  }
  return sum / mass;
}
