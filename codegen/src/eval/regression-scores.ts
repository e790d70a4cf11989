import { normalCdf, normalDensity, normalQuantile } from "./normal.js";

/** The scores of n answers, of which each is a Gaussian: [n] each. */
export interface GaussianScores {
  /** (truth - mean)^2 */
  readonly squaredError: Float64Array;
  /** Negative log-likelihood in nats. */
  readonly nll: Float64Array;
  /** Continuous ranked probability score, in units of the output. */
  readonly crps: Float64Array;
  /** |truth - mean| in standard deviations. */
  readonly distance: Float64Array;
}

/**
 * Scores a regression's outputs, one after the other. CRPS is the closed form for a Gaussian
 * (Gneiting & Raftery 2007, section 4.2): sd (z (2 cdf(z) - 1) + 2 density(z) - 1 / sqrt(pi)). With
 * a variance of 0 it is the absolute error, and the likelihood is infinite either way.
 *
 * @param variance that is said in all, noise included
 */
export function gaussianScores(
  mean: Float64Array,
  variance: Float64Array,
  truth: ArrayLike<number>,
): GaussianScores {
  const errors = mean.map((m, i) => (truth[i] as number) - m);
  const sd = variance.map(Math.sqrt);
  const distance = errors.map((e, i) => (e === 0 ? 0 : Math.abs(e) / (sd[i] as number)));
  return {
    squaredError: errors.map((e) => e * e),
    nll: distance.map((z, i) => (z * z + Math.log(2 * Math.PI * (variance[i] as number))) / 2),
    crps: distance.map((z, i) => {
      const s = sd[i] as number;
      return s === 0
        ? Math.abs(errors[i] as number)
        : s * (z * (2 * normalCdf(z) - 1) + 2 * normalDensity(z) - 1 / Math.sqrt(Math.PI));
    }),
    distance,
  };
}

/** Standard deviations to either side of the mean that hold `level` of a Gaussian: 1.96 for .95. */
export function halfWidth(level: number): number {
  return normalQuantile((1 + level) / 2);
}
