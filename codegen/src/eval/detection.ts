import type { TiedOrder } from "./tied-order.js";
import type { Weights } from "./weights.js";

/** How well a score tells positives from negatives, where the larger score says positive. */
export interface Detection {
  /** Area under the receiver operating characteristic: P(positive > negative) + P(equal) / 2. */
  readonly auroc: number;
  /** Area under the precision-recall curve as average precision: sum of (R_k - R_k-1) P_k. */
  readonly aupr: number;
  /** Share of negatives above the highest threshold that finds 95 % of the positives. */
  readonly fpr95: number;
}

const WANTED_RECALL = 0.95;

/**
 * AUROC (Mann & Whitney 1947), average precision (Buckley & Voorhees 2000) and the false positive
 * rate at 95 % recall (Hendrycks & Gimpel, arXiv 1610.02136), equal scores moving together. NaN
 * where there are no positives, no negatives, or a NaN among the scores.
 *
 * @param scores of all items, sorted
 * @param positive how often each item counts as positive
 * @param negative and as negative; an item may be both, as one that is wrong with some probability
 */
export function detection(
  { order, ends, unordered }: TiedOrder,
  positive: Float64Array,
  negative: Float64Array,
): Detection {
  const positives = sum(positive);
  const negatives = sum(negative);
  if (unordered || positives === 0 || negatives === 0) {
    return { auroc: Number.NaN, aupr: Number.NaN, fpr95: Number.NaN };
  }
  let [hits, alarms, wins, precisions] = [0, 0, 0, 0];
  let fpr95 = Number.NaN;
  for (let run = ends.length - 1; run >= 0; run--) {
    let newHits = 0;
    let newAlarms = 0;
    const start = run === 0 ? 0 : (ends[run - 1] as number);
    for (let place = start; place < (ends[run] as number); place++) {
      const item = order[place] as number;
      newHits += positive[item] as number;
      newAlarms += negative[item] as number;
    }
    wins += newAlarms * (hits + newHits / 2);
    hits += newHits;
    alarms += newAlarms;
    if (newHits > 0) {
      precisions += newHits * (hits / (hits + alarms));
    }
    if (Number.isNaN(fpr95) && hits / positives >= WANTED_RECALL) {
      fpr95 = alarms / negatives;
    }
  }
  return { auroc: wins / (positives * negatives), aupr: precisions / positives, fpr95 };
}

/**
 * Weights of scores of negatives and, after them, positives: each group's own, and 0 in the other's
 * place.
 */
export function groupWeights(
  negatives: number,
  positives: number,
  weights: readonly [Weights, Weights] = [undefined, undefined],
): { readonly negative: Float64Array; readonly positive: Float64Array } {
  const [ofNegatives = ones(negatives), ofPositives = ones(positives)] = weights;
  const negative = new Float64Array(negatives + positives);
  const positive = new Float64Array(negatives + positives);
  negative.set(ofNegatives);
  positive.set(ofPositives, negatives);
  return { negative, positive };
}

function ones(length: number): Float64Array {
  return new Float64Array(length).fill(1);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i] as number;
  }
  return total;
}
