import { detection, groupWeights } from "./detection.js";
import { tiedOrder } from "./tied-order.js";

/**
 * Area under the receiver operating characteristic: the probability that a score drawn from
 * `positives` is larger than one drawn from `negatives`, ties counting one half. NaN when either is
 * empty or holds NaN.
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const scores = new Float64Array(negatives.length + positives.length);
  scores.set(negatives);
  scores.set(positives, negatives.length);
  const { positive, negative } = groupWeights(negatives.length, positives.length);
  return detection(tiedOrder(scores), positive, negative).auroc;
}
