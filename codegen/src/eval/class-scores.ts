import type { Truth } from "./truth.js";

/**
 * Probabilities below the smallest normal float count as that, since a model's floats cannot tell
 * them from 0: no single input makes a mean infinite.
 */
const SMALLEST = 2 ** -126;

export function logProbability(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST));
}

/** Calls `use` with the number and the first entry of each row of an array [n * classes]. */
function mapRows(
  values: Float64Array,
  classes: number,
  of: (first: number, row: number) => number,
): Float64Array {
  return Float64Array.from({ length: values.length / classes }, (_, row) => of(row * classes, row));
}

/** The class of the largest probability of each input, the first of equal ones: [n]. */
export function predictedClasses(probability: Float64Array, classes: number): Float64Array {
  return mapRows(probability, classes, (first) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if ((probability[first + c] as number) > (probability[first + best] as number)) {
        best = c;
      }
    }
    return best;
  });
}

/** The largest probability of each input: [n]. */
export function confidences(probability: Float64Array, classes: number): Float64Array {
  return mapRows(probability, classes, (first) =>
    probability.subarray(first, first + classes).reduce((most, p) => Math.max(most, p), 0),
  );
}

/** How probable each prediction is to be right: 0 or 1 where the truth is certain. */
export function correctness(probability: Float64Array, truth: Truth, classes: number) {
  const predicted = predictedClasses(probability, classes);
  return predicted.map((label, row) => truth[row * classes + label] as number);
}

/** The negative log-likelihood of each input in nats: -sum of truth_c log p_c. */
export function negativeLogLikelihoods(probability: Float64Array, truth: Truth, classes: number) {
  return mapRows(probability, classes, (first) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const weight = truth[first + c] as number;
      sum -= weight === 0 ? 0 : weight * logProbability(probability[first + c] as number);
    }
    return sum;
  });
}

/** The score of Brier (1950) of each input, expected over the label: 1 + sum of p (p - 2 truth). */
export function brierScores(probability: Float64Array, truth: Truth, classes: number) {
  return mapRows(probability, classes, (first) => {
    let sum = 1;
    for (let c = 0; c < classes; c++) {
      const p = probability[first + c] as number;
      sum += p * (p - 2 * (truth[first + c] as number));
    }
    return sum;
  });
}

/** The entropy of each row in nats. */
export function entropies(probability: Float64Array, classes: number): Float64Array {
  return mapRows(probability, classes, (first) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const p = probability[first + c] as number;
      sum -= p > 0 ? p * Math.log(p) : 0;
    }
    return sum;
  });
}

/**
 * The divergence KL(reference || probability) of each input in nats (Kullback & Leibler 1951). Both
 * are [n * classes].
 */
export function klDivergences(reference: Float64Array, probability: Float64Array, classes: number) {
  return mapRows(probability, classes, (first) => {
    let sum = 0;
    for (let c = first; c < first + classes; c++) {
      const p = reference[c] as number;
      sum += p > 0 ? p * (Math.log(p) - logProbability(probability[c] as number)) : 0;
    }
    return sum;
  });
}
