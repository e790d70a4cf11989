/** KL(N(mean, var) || N(otherMean, otherVar)) in nats; variances above 0. */
export function gaussianDivergence(
  mean: number,
  variance: number,
  otherMean: number,
  otherVariance: number,
): number {
  const ratio = variance / otherVariance;
  return ((mean - otherMean) ** 2 / otherVariance + ratio - 1 - Math.log(ratio)) / 2;
}
