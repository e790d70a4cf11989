/** The part of a classification that is compared. */
export interface Answer {
  readonly mean: readonly number[];
  readonly var: readonly number[];
  readonly probability: readonly number[];
  readonly total: number;
  readonly aleatoric: number;
  readonly epistemic: number;
}

/** The largest difference between two lists of answers, by what differs. */
export interface Difference {
  /** |mean - mean'| in standard deviations of the second. */
  readonly mean_in_sd: number;
  /** |var - var'| / var'. */
  readonly var_relative: number;
  readonly probability: number;
  /** Over total, aleatoric and epistemic. */
  readonly nats: number;
}

/**
 * How far `answers` are from `reference`, which has the same images in the same order. Equal
 * values differ by 0 whatever their scale; a NaN makes the difference NaN.
 */
export function largestDifference(
  answers: readonly Answer[],
  reference: readonly Answer[],
): Difference {
  const pairs = answers.map((answer, i) => {
    const other = reference[i];
    if (other === undefined || answers.length !== reference.length) {
      throw new RangeError(`${answers.length} answers, ${reference.length} references`);
    }
    return [answer, other] as const;
  });
  const largest = (differences: (pair: readonly [Answer, Answer]) => readonly number[]) =>
    pairs.flatMap(differences).reduce((most, value) => Math.max(most, value), 0);
  return {
    mean_in_sd: largest(([a, b]) => {
      return a.mean.map((mean, i) => scaled(mean, b.mean[i], Math.sqrt(b.var[i] ?? Number.NaN)));
    }),
    var_relative: largest(([a, b]) =>
      a.var.map((variance, i) => scaled(variance, b.var[i], b.var[i])),
    ),
    probability: largest(([a, b]) => a.probability.map((p, i) => scaled(p, b.probability[i], 1))),
    nats: largest(([a, b]) => [
      scaled(a.total, b.total, 1),
      scaled(a.aleatoric, b.aleatoric, 1),
      scaled(a.epistemic, b.epistemic, 1),
    ]),
  };
}

function scaled(value: number, other = Number.NaN, unit = Number.NaN): number {
  return value === other ? 0 : Math.abs(value - other) / unit;
}
