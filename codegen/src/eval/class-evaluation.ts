import type { ClassAnswers } from "./answers.js";
import { type BootstrapOptions, bootstrap, type Figures } from "./bootstrap.js";
import {
  calibrationError,
  classCalibrationError,
  classForecasts,
  type ReliabilityBin,
  reliabilityBins,
  topForecasts,
} from "./calibration.js";
import { brierScores, correctness, klDivergences, negativeLogLikelihoods } from "./class-scores.js";
import { type Compared, compare, differences } from "./compared.js";
import { detection, groupWeights } from "./detection.js";
import { type ClassFigures, classFigures } from "./per-class.js";
import {
  areaUnderRiskCoverage,
  type RiskAtCoverage,
  riskCoverage,
  selection,
} from "./risk-coverage.js";
import { type TiedOrder, tiedOrder } from "./tied-order.js";
import type { Truth } from "./truth.js";
import { type Weights, weightedMean } from "./weights.js";

/** Answers to the same inputs as those of others. */
export interface NamedAnswers {
  readonly name: string;
  readonly inDomain: ClassAnswers;
  /** To inputs unlike those the network was trained on. */
  readonly outOfDomain?: ClassAnswers;
}

/** What tells inputs out of domain. */
export const DOUBTS = ["total", "aleatoric", "epistemic"] as const;

export interface ClassEvaluation {
  readonly models: readonly Compared[];
  /** Of the first model, as what follows. */
  readonly classes: readonly ClassFigures[];
  readonly reliability: readonly ReliabilityBin[];
  /** Selection by total uncertainty. */
  readonly risk_coverage: readonly RiskAtCoverage[];
}

/** Points of a curve that are kept: more than a plot shows. */
const CURVE_POINTS = 200;

/**
 * Everything that is said of classifiers (docs/evaluation.md). All models share their inputs, so that
 * each one's difference from the first is paired.
 *
 * @param truth [n * classes] of the inputs in domain
 * @param reference the sampled predictive that divergences are from
 */
export function evaluateClassifiers(
  models: readonly [NamedAnswers, ...NamedAnswers[]],
  truth: Truth,
  reference: NamedAnswers | undefined,
  options: BootstrapOptions,
): ClassEvaluation {
  const [first] = models;
  const { probability, classes, total } = first.inDomain;
  const sizes = [total.length, ...(first.outOfDomain ? [first.outOfDomain.total.length] : [])];
  const parts = models.map(({ name, ...answers }) => ({
    name,
    figures: figuresOf({ name, ...answers }, truth, reference),
  }));
  const estimates = bootstrap((weights) => differences(parts, weights), sizes, options);
  const curve = riskCoverage(selection(total, correctness(probability, truth, classes)));
  return {
    models: compare(
      parts.map(({ name }) => name),
      estimates,
    ),
    classes: classFigures(first.inDomain, truth),
    reliability: reliabilityBins(topForecasts(probability, truth, classes)),
    risk_coverage: thinned(curve),
  };
}

/** All figures of one model as a function of weights; what needs no weights is computed once. */
function figuresOf(
  { name, inDomain, outOfDomain }: NamedAnswers,
  truth: Truth,
  reference: NamedAnswers | undefined,
): (weights: readonly Float64Array[]) => Figures {
  const { probability, classes, total } = inDomain;
  const correct = correctness(probability, truth, classes);
  const nll = negativeLogLikelihoods(probability, truth, classes);
  const brier = brierScores(probability, truth, classes);
  const top = topForecasts(probability, truth, classes);
  const perClass = classForecasts(probability, truth, classes);
  const chosen = selection(total, correct);
  const unlike = outOfDomain === undefined ? [] : detectors(inDomain, outOfDomain);
  const isOther = reference !== undefined && reference.name !== name;
  const near = isOther ? distances(inDomain, reference.inDomain) : undefined;
  const far =
    isOther && outOfDomain !== undefined && reference.outOfDomain !== undefined
      ? distances(outOfDomain, reference.outOfDomain)
      : undefined;
  return ([inside, outside]) => ({
    accuracy: weightedMean(correct, inside),
    nll: weightedMean(nll, inside),
    brier: weightedMean(brier, inside),
    ece: calibrationError(top, undefined, inside),
    class_ece: classCalibrationError(perClass, undefined, inside),
    error_auroc: errorDetection(chosen.doubt, correct, inside).auroc,
    aurc: areaUnderRiskCoverage(chosen, inside),
    ...Object.assign({}, ...unlike.map((detector) => detector(inside, outside))),
    ...near?.("", inside),
    ...far?.("_ood", outside),
  });
}

/** Wrong predictions among all by their doubt: each is wrong with the share that is not right. */
function errorDetection(doubt: TiedOrder, correct: Float64Array, weights: Weights) {
  const right = new Float64Array(correct.length);
  const wrong = new Float64Array(correct.length);
  for (let i = 0; i < correct.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    right[i] = weight * (correct[i] as number);
    wrong[i] = weight - (right[i] as number);
  }
  return detection(doubt, wrong, right);
}

function detectors(inDomain: ClassAnswers, outOfDomain: ClassAnswers) {
  return DOUBTS.map((doubt) => {
    const [inside, outside] = [inDomain[doubt], outOfDomain[doubt]];
    const scores = new Float64Array(inside.length + outside.length);
    scores.set(inside);
    scores.set(outside, inside.length);
    const order = tiedOrder(scores);
    return (ofInside: Weights, ofOutside: Weights): Figures => {
      const groups = groupWeights(inside.length, outside.length, [ofInside, ofOutside]);
      const found = detection(order, groups.positive, groups.negative);
      return Object.fromEntries(
        Object.entries(found).map(([key, value]) => [`${key}_${doubt}`, value]),
      );
    };
  });
}

/** Mean divergence from the reference, and the error of mutual information, in size and sign. */
function distances(own: ClassAnswers, reference: ClassAnswers) {
  const kl = klDivergences(reference.probability, own.probability, own.classes);
  const bias = own.epistemic.map((value, i) => value - (reference.epistemic[i] as number));
  const error = bias.map(Math.abs);
  return (suffix: string, weights: Weights): Figures => ({
    [`kl${suffix}`]: weightedMean(kl, weights),
    [`mi_error${suffix}`]: weightedMean(error, weights),
    [`mi_bias${suffix}`]: weightedMean(bias, weights),
  });
}

/** At most CURVE_POINTS of a curve, its end among them. */
function thinned<T>(curve: readonly T[]): T[] {
  const step = Math.max(1, curve.length / CURVE_POINTS);
  const points = Math.min(curve.length, CURVE_POINTS);
  return Array.from({ length: points }, (_, i) => curve[Math.ceil((i + 1) * step) - 1] as T);
}
