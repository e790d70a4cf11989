import { correctness, confidences as largest } from "./class-scores.js";
import { type TiedOrder, tiedOrder } from "./tied-order.js";
import type { Truth } from "./truth.js";
import { type Weights, weightedMean } from "./weights.js";

/** Probabilities that were said, sorted, and the probability with which each came true. */
export interface Forecasts {
  readonly said: TiedOrder;
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

/** That the predicted class is right, said with its probability. */
export function topForecasts(probability: Float64Array, truth: Truth, classes: number): Forecasts {
  return {
    said: tiedOrder(largest(probability, classes)),
    came: correctness(probability, truth, classes),
  };
}

/** That the class is this one, for each class. */
export function classForecasts(probability: Float64Array, truth: Truth, classes: number) {
  return Array.from({ length: classes }, (_, c): Forecasts => {
    const column = (values: Float64Array) => values.filter((_, i) => i % classes === c);
    return { said: tiedOrder(column(probability)), came: column(truth) };
  });
}

/**
 * Bins that hold equally many forecasts each, in ascending order (Nguyen & O'Connor 2015). Equal
 * probabilities are exchangeable: where a bin ends among them, each belongs to both bins in part.
 * Empty where nothing counts.
 */
export function reliabilityBins(
  { said: { values, order, ends }, came }: Forecasts,
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
    const value = values[order[start] as number] as number;
    let [mass, hits] = [0, 0];
    for (; start < end; start++) {
      const item = order[start] as number;
      const weight = weights === undefined ? 1 : (weights[item] as number);
      mass += weight;
      hits += weight * (came[item] as number);
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
