import { ndtr, ndtri } from "./special-functions.js";

/** The standard normal distribution function. */
export function normalCdf(x: number): number {
  return ndtr(x);
}

/** Its inverse; infinite at 0 and 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0 || probability >= 1) {
    return probability <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return ndtri(probability);
}

/** The standard normal density. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}
