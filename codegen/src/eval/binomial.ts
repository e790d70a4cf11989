import { bdtr, incbi } from "./special-functions.js";

/** P(X <= successes) of X ~ Binomial(trials, probability). */
export function binomialTail(successes: number, trials: number, probability: number): number {
  if (successes >= trials || probability <= 0) {
    return 1;
  }
  return probability >= 1 ? 0 : bdtr(successes, trials, probability);
}

/**
 * The upper confidence bound of a binomial's probability (Clopper & Pearson 1934): the largest one
 * under which as few successes have a probability of 1 - confidence. 1 without trials.
 */
export function upperBound(successes: number, trials: number, confidence: number): number {
  return successes >= trials ? 1 : incbi(successes + 1, trials - successes, confidence);
}

/** The lower one. 0 without trials. */
export function lowerBound(successes: number, trials: number, confidence: number): number {
  return successes <= 0 ? 0 : incbi(successes, trials - successes + 1, 1 - confidence);
}

/**
 * The smallest number of trials which, all without error, show that the risk is at most `risk`:
 * (1 - risk)^n <= 1 - confidence. 299 for 1 % at 95 %.
 */
export function smallestSample(risk: number, confidence: number): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-risk));
}
