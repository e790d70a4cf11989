/** Means and variances of the elements of a value. */
export interface Moments {
  readonly mean: readonly number[];
  readonly var: readonly number[];
}

/** One element's mean and variance. */
export type Moment = readonly [mean: number, variance: number];

/** Mean and variance of sum of x*w + b for independent Gaussians. */
export function weightedSum(terms: readonly (readonly [Moment, Moment])[], bias: Moment): Moment {
  return terms.reduce<Moment>(
    ([mean, variance], [[m, v], [mw, vw]]) => [
      mean + m * mw,
      variance + v * mw * mw + (v + m * m) * vw,
    ],
    bias,
  );
}

/** What relu and max-pooling make of moments. */
export interface Rules {
  readonly relu: (value: Moment) => Moment;
  readonly max: (window: readonly Moment[]) => Moment;
}

/** A stand-in for ReLU that commutes with `largest`: what is not positive becomes exactly 0. */
export function positive([mean, variance]: Moment): Moment {
  return mean > 0 ? [mean, variance] : [0, 0];
}

/** A stand-in for the maximum: the element of the largest mean, the first of equals. */
export function largest(elements: readonly Moment[]): Moment {
  return elements.reduce((best, element) => (element[0] > best[0] ? element : best));
}

/** The two stand-ins, whose results do not depend on the order of layers and windows. */
export const standIns: Rules = { relu: positive, max: largest };
