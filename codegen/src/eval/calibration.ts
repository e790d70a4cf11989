import { correctness, confidences as largest } from "./class-scores.js";
import { tiedOrder } from "./tied-order.js";
import type { Truth } from "./truth.js";
import { type Weights, weightedMean } from "./weights.js";

/** Probabilities that were said, ascending, and with which probability each came true. */
export interface Forecasts {
  /** The number of the item at each place. */
  readonly order: Uint32Array;
  /** One past the last place of each run of equal probabilities. */
  readonly ends: Uint32Array;
  /** By place, as what follows. */
  readonly said: Float64Array;
  readonly came: Float64Array;
}

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Mean probability that was said. */
  readonly said: number;
  /** Share that came true. */
  readonly came: number;
}

/** Where nothing else is said. Fifteen as in Guo et al., arXiv 1706.04599. */
export const BINS = 15;

/** Sorts forecasts; `came` is 0 or 1 where the truth is certain. */
export function forecasts(said: ArrayLike<number>, came: ArrayLike<number>): Forecasts {
  const { order, ends } = tiedOrder(said);
  const byPlace = (values: ArrayLike<number>) =>
    Float64Array.from(order, (item) => values[item] as number);
  return { order, ends, said: byPlace(said), came: byPlace(came) };
}

/** That the predicted class is right, said with its probability. */
export function topForecasts(probability: Float64Array, truth: Truth, classes: number): Forecasts {
  return forecasts(largest(probability, classes), correctness(probability, truth, classes));
}

/** That the class is this one, for each class. */
export function classForecasts(probability: Float64Array, truth: Truth, classes: number) {
  return Array.from({ length: classes }, (_, c) => {
    const column = (values: Float64Array) => values.filter((_, i) => i % classes === c);
    return forecasts(column(probability), column(truth));
  });
}

/**
 * Bins that hold equally many forecasts each, in ascending order (Nguyen & O'Connor 2015). Equal
 * probabilities are exchangeable: where a bin ends among them, each belongs to both bins in part.
 * Empty where nothing counts.
 */
export function reliabilityBins(
  { order, ends, said: values, came }: Forecasts,
  bins = BINS,
  weights?: Weights,
): ReliabilityBin[] {
  let total = weights === undefined ? order.length : 0;
  for (let i = 0; i < (weights?.length ?? 0); i++) {
    total += weights?.[i] as number;
  }
  const made: ReliabilityBin[] = [];
  const capacity = total / bins;
  let [room, said, right] = [capacity, 0, 0];
  let start = 0;
  for (let run = 0; run < ends.length && total > 0; run++) {
    const end = ends[run] as number;
    const value = values[start] as number;
    let mass = 0;
    let hits = 0;
    for (; start < end; start++) {
      const weight = weights === undefined ? 1 : (weights[order[start] as number] as number);
      mass += weight;
      hits += weight * (came[start] as number);
    }
    if (mass === 0) {
      continue;
    }
    const share = hits / mass;
    while (mass > room && made.length < bins - 1) {
      made.push({
        said: (said + room * value) / capacity,
        came: (right + room * share) / capacity,
      });
      mass -= room;
      [room, said, right] = [capacity, 0, 0];
    }
    said += mass * value;
    right += mass * share;
    room -= mass;
  }
  return total > 0 ? [...made, { said: said / capacity, came: right / capacity }] : [];
}

/**
 * Expected calibration error over bins of equal mass: the mean |said - came|. NaN where nothing
 * counts.
 */
export function calibrationError(forecasts: Forecasts, bins = BINS, weights?: Weights): number {
  return weightedMean(
    reliabilityBins(forecasts, bins, weights).map(({ said, came }) => Math.abs(said - came)),
  );
}

/** Class-wise: its mean over the classes (Kull et al., arXiv 1910.12656). */
export function classCalibrationError(
  classes: readonly Forecasts[],
  bins = BINS,
  weights?: Weights,
): number {
  return weightedMean(classes.map((forecasts) => calibrationError(forecasts, bins, weights)));
}
