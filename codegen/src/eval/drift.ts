/** The part of a classification that is compared. */
export interface ClassificationAnswer {
  readonly probability: readonly number[];
  readonly label: number;
  readonly epistemic: number;
}

/** The part of a regression that is compared, one entry an output. */
export interface RegressionAnswer {
  readonly mean: readonly number[];
  readonly var: readonly number[];
  readonly total: readonly number[];
}

/** How far the answers of a model are from those of another, over the same inputs. */
export interface ClassificationDrift {
  /** Share of inputs whose label changes. */
  readonly labels: number;
  /** Mean change of the probabilities: total variation, half the sum of |p - p'| over classes. */
  readonly probability: number;
  readonly largest_probability: number;
  /** Mean |difference| of epistemic over the reference's mean epistemic. */
  readonly epistemic: number;
  /** In nats. */
  readonly largest_epistemic: number;
}

/** The same of a regression, over all inputs and outputs. */
export interface RegressionDrift {
  /** Mean |difference| of means, in sds of the reference's total uncertainty. */
  readonly mean: number;
  /** Mean |difference| of variances over the reference's mean variance. */
  readonly var: number;
}

/**
 * How far `answers` are from `reference`, which has as many, in the same order. Nothing over nothing
 * is no drift; NaN for no answers.
 */
export function classificationDrift(
  answers: readonly ClassificationAnswer[],
  reference: readonly ClassificationAnswer[],
): ClassificationDrift {
  const pairs = paired(answers, reference);
  const moved = pairs.map(([a, b]) => totalVariation(a.probability, b.probability));
  const doubt = pairs.map(([a, b]) => Math.abs(a.epistemic - b.epistemic));
  return {
    labels: mean(pairs.map(([a, b]) => (a.label === b.label ? 0 : 1))),
    probability: mean(moved),
    largest_probability: largest(moved),
    epistemic: ratio(mean(doubt), mean(reference.map(({ epistemic }) => epistemic))),
    largest_epistemic: largest(doubt),
  };
}

/** See classificationDrift. */
export function regressionDrift(
  answers: readonly RegressionAnswer[],
  reference: readonly RegressionAnswer[],
): RegressionDrift {
  const pairs = paired(answers, reference);
  const means = pairs.flatMap(([a, b]) =>
    paired(a.mean, b.mean).map(([x, y], i) =>
      ratio(Math.abs(x - y), Math.sqrt(b.total[i] ?? Number.NaN)),
    ),
  );
  const variances = pairs.flatMap(([a, b]) =>
    paired(a.var, b.var).map(([x, y]) => Math.abs(x - y)),
  );
  return {
    mean: mean(means),
    var: ratio(mean(variances), mean(reference.flatMap((answer) => answer.var))),
  };
}

function paired<A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] {
  if (a.length !== b.length) {
    throw new RangeError(`${a.length} answers, ${b.length} references`);
  }
  return a.map((one, i) => [one, b[i] as B] as const);
}

function totalVariation(p: readonly number[], q: readonly number[]): number {
  return paired(p, q).reduce((sum, [a, b]) => sum + Math.abs(a - b), 0) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function ratio(difference: number, scale: number): number {
  return difference === 0 ? 0 : difference / scale;
}
