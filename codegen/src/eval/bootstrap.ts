import { accelerationOf, bcaInterval, type Estimate } from "./interval.js";
import { Random } from "./random.js";
import { resample } from "./weights.js";

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>;

/**
 * What is computed from several independent samples, such as test images and images out of domain,
 * when their items count so often.
 */
export type Statistic = (weights: readonly Float64Array[]) => Figures;

export interface BootstrapOptions {
  readonly resamples: number;
  readonly seed: number;
  /** Of the intervals, such as .95. */
  readonly level: number;
  /** Told how many resamples are done. */
  readonly progress?: (done: number, of: number) => void;
}

/** Blocks of the jackknife that finds the acceleration; of fewer items, each is a block. */
const BLOCKS = 100;

/**
 * Each figure with its BCa interval (interval.ts). Figures of one statistic are computed from the
 * same resamples: a difference between two of them that the statistic returns too has the interval
 * of a paired comparison.
 *
 * @param sizes how many items each sample has
 */
export function bootstrap(
  statistic: Statistic,
  sizes: readonly number[],
  { resamples, seed, level, progress }: BootstrapOptions,
): Readonly<Record<string, Estimate>> {
  const value = statistic(sizes.map((size) => new Float64Array(size).fill(1)));
  const names = Object.keys(value);
  if (resamples === 0) {
    return Object.fromEntries(names.map((name) => [name, { value: value[name] as number }]));
  }
  const random = new Random(seed);
  const of = resamples + sizes.reduce((sum, size) => sum + Math.min(BLOCKS, size), 0);
  const replicates = names.map(() => new Float64Array(resamples));
  for (let i = 0; i < resamples; i++) {
    const figures = statistic(sizes.map((size) => resample(random, size)));
    names.forEach((name, k) => {
      (replicates[k] as Float64Array)[i] = figures[name] as number;
    });
    progress?.(i + 1, of);
  }
  const jackknife = leaveOut(statistic, sizes, (done) => progress?.(resamples + done, of));
  return Object.fromEntries(
    names.map((name, k) => {
      const leftOut = jackknife.map((figures) => figures.map((one) => one[name] as number));
      const acceleration = accelerationOf(leftOut);
      const own = replicates[k] as Float64Array;
      return [name, bcaInterval(value[name] as number, own, acceleration, level)];
    }),
  );
}

/** For each sample, the figures without each block of it; a block is every so manieth item. */
function leaveOut(
  statistic: Statistic,
  sizes: readonly number[],
  progress: (done: number) => void,
): Figures[][] {
  let done = 0;
  return sizes.map((size, sample) => {
    const blocks = Math.min(BLOCKS, size);
    return Array.from({ length: blocks }, (_, block) => {
      const weights = sizes.map((other) => new Float64Array(other).fill(1));
      const own = weights[sample] as Float64Array;
      for (let item = block; item < size; item += blocks) {
        own[item] = 0;
      }
      progress(++done);
      return statistic(weights);
    });
  });
}
