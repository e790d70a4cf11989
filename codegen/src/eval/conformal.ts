/** A threshold that holds with a finite-sample guarantee, or how many samples that takes. */
export type ConformalQuantile =
  | { readonly threshold: number; readonly level: number }
  | { readonly needed: number };

/** The samples below which no threshold exceeds a new score at most a share `alpha` of the time. */
export function conformalSamples(alpha: number): number {
  // 1 / .05 - 1 is 19.000000000000004 in doubles.
  return Math.ceil(Number((1 / alpha - 1).toPrecision(12)));
}

/**
 * The split-conformal quantile (Vovk et al. 2005; Lei et al., arXiv 1604.04173): the k-th smallest
 * of n scores with k = ceil((n + 1)(1 - alpha)). A new score that is exchangeable with these exceeds
 * it with a probability of at most 1 - k / (n + 1), which is `level`; on average over samples, not
 * for each.
 */
export function conformalQuantile(scores: ArrayLike<number>, alpha: number): ConformalQuantile {
  const n = scores.length;
  const rank = Math.ceil(Number(((n + 1) * (1 - alpha)).toPrecision(12)));
  if (rank > n) {
    return { needed: conformalSamples(alpha) };
  }
  const sorted = Float64Array.from(scores).sort();
  return { threshold: sorted[Math.max(rank, 1) - 1] as number, level: 1 - rank / (n + 1) };
}
