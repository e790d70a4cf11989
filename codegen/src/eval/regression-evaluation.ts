import type { RegressionAnswers } from "./answers.js";
import { type BootstrapOptions, bootstrap, type Figures } from "./bootstrap.js";
import { type Compared, compare, differences } from "./compared.js";
import { detection, groupWeights } from "./detection.js";
import { gaussianDivergence } from "./gaussian-divergence.js";
import { gaussianScores, halfWidth } from "./regression-scores.js";
import { tiedOrder } from "./tied-order.js";
import { weightedMean } from "./weights.js";

/** Answers to the same inputs as those of others. */
export interface NamedRegression {
  readonly name: string;
  readonly inDomain: RegressionAnswers;
  readonly outOfDomain?: RegressionAnswers;
}

export interface RegressionEvaluation {
  readonly models: readonly Compared[];
}

/** Intervals whose coverage is counted. */
const LEVELS = [0.5, 0.9, 0.95] as const;

/**
 * Everything that is said of regressions (docs/evaluation.md): means over inputs and outputs, and how
 * well the epistemic variance, in the mean over the outputs, tells inputs out of domain.
 *
 * @param targets [n * outputs]
 * @param reference the sampled predictive that divergences are from
 */
export function evaluateRegressions(
  models: readonly [NamedRegression, ...NamedRegression[]],
  targets: Float64Array,
  reference: NamedRegression | undefined,
  options: BootstrapOptions,
): RegressionEvaluation {
  const [{ inDomain, outOfDomain }] = models;
  const count = ({ mean, outputs }: RegressionAnswers) => mean.length / outputs;
  const sizes = [count(inDomain), ...(outOfDomain === undefined ? [] : [count(outOfDomain)])];
  const parts = models.map((model) => ({
    name: model.name,
    figures: figuresOf(model, targets, reference),
  }));
  const names = parts.map(({ name }) => name);
  const estimates = bootstrap((weights) => differences(parts, weights), sizes, options);
  return { models: compare(names, estimates) };
}

function figuresOf(
  { name, inDomain, outOfDomain }: NamedRegression,
  targets: Float64Array,
  reference: NamedRegression | undefined,
): (weights: readonly Float64Array[]) => Figures {
  const { mean, total, outputs } = inDomain;
  const scores = gaussianScores(mean, total, targets);
  const perInput = (values: Float64Array) => rowMeans(values, outputs);
  const [squared, nll, crps] = [scores.squaredError, scores.nll, scores.crps].map(perInput) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const inside = LEVELS.map((level) => {
    const half = halfWidth(level);
    return [level, perInput(scores.distance.map((z) => (z <= half ? 1 : 0)))] as const;
  });
  const unlike = outOfDomain && detector(inDomain, outOfDomain);
  const kl =
    reference === undefined || reference.name === name
      ? undefined
      : perInput(gaussianDivergences(reference.inDomain, inDomain));
  return ([weights, ofOutside]) => ({
    rmse: Math.sqrt(weightedMean(squared, weights)),
    nll: weightedMean(nll, weights),
    crps: weightedMean(crps, weights),
    ...Object.fromEntries(
      inside.map(([level, hits]) => [`coverage_${100 * level}`, weightedMean(hits, weights)]),
    ),
    ...unlike?.(weights, ofOutside),
    ...(kl === undefined ? {} : { kl: weightedMean(kl, weights) }),
  });
}

function detector(inDomain: RegressionAnswers, outOfDomain: RegressionAnswers) {
  const [inside, outside] = [inDomain, outOfDomain].map(({ epistemic, outputs }) =>
    rowMeans(epistemic, outputs),
  ) as [Float64Array, Float64Array];
  const order = tiedOrder([...inside, ...outside]);
  return (ofInside?: Float64Array, ofOutside?: Float64Array): Figures => {
    const groups = groupWeights(inside.length, outside.length, [ofInside, ofOutside]);
    const { auroc, aupr, fpr95 } = detection(order, groups.positive, groups.negative);
    return { auroc_epistemic: auroc, aupr_epistemic: aupr, fpr95_epistemic: fpr95 };
  };
}

/** KL between Gaussians of the same place in two answers, from the first. */
function gaussianDivergences(from: RegressionAnswers, to: RegressionAnswers): Float64Array {
  const at = ({ mean, total }: RegressionAnswers, i: number) =>
    [mean[i] as number, total[i] as number] as const;
  return from.mean.map((_, i) => gaussianDivergence(...at(from, i), ...at(to, i)));
}

function rowMeans(values: Float64Array, columns: number): Float64Array {
  return Float64Array.from({ length: values.length / columns }, (_, row) =>
    weightedMean(values.subarray(row * columns, (row + 1) * columns)),
  );
}
