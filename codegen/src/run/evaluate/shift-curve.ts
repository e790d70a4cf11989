import { type Result, success } from "../../diagnostics.js";
import { type BootstrapOptions, bootstrap } from "../../eval/bootstrap.js";
import { calibrationError, topForecasts } from "../../eval/calibration.js";
import { correctness, negativeLogLikelihoods } from "../../eval/class-scores.js";
import type { Estimate } from "../../eval/interval.js";
import { Random } from "../../eval/random.js";
import { SEVERITIES, type Severity, SHIFTS, type Shift, shifted } from "../../eval/shift.js";
import type { Truth } from "../../eval/truth.js";
import { weightedMean } from "../../eval/weights.js";
import type { Image } from "../inputs/image.js";
import type { PreparedModel } from "../prepare.js";
import { type Answers, predictAnswers } from "./predict-answers.js";

/** What holds of a classifier under a shift. */
export interface ShiftPoint {
  readonly shift: Shift;
  /** 0: none. */
  readonly severity: 0 | Severity;
  /** accuracy, nll, ece; means of total, aleatoric and epistemic. */
  readonly figures: Readonly<Record<string, Estimate>>;
}

/** Predictions that `shiftCurve` makes for each input. */
export const SHIFT_RUNS = 1 + Object.keys(SHIFTS).length * SEVERITIES.length;

/**
 * Accuracy and doubt of a classifier of images [c, h, w] under each shift, the same inputs throughout.
 */
export async function shiftCurve(
  prepared: PreparedModel,
  images: readonly Image[],
  truth: Truth,
  options: BootstrapOptions,
  onProgress: (done: number) => void,
): Promise<Result<ShiftPoint[]>> {
  const [c = 1, h = 1, w = 1] = prepared.generation.model.input.shape;
  const range = rangeOf(images);
  let runs = 0;
  const measure = async (inputs: readonly Image[]) => {
    const before = runs++ * images.length;
    const answers = await predictAnswers(prepared, inputs, (done) => onProgress(before + done));
    return answers.ok ? success(figuresOf(answers.value, truth, options)) : answers;
  };
  const untouched = await measure(images);
  if (!untouched.ok) {
    return untouched;
  }
  const points: ShiftPoint[] = [];
  for (const shift of Object.keys(SHIFTS) as Shift[]) {
    points.push({ shift, severity: 0, figures: untouched.value });
    for (const severity of SEVERITIES) {
      const random = new Random(options.seed);
      const changed = images.map((image) => ({
        ...image,
        values: shifted(image.values, [c, h, w], shift, severity, range, random),
      }));
      const figures = await measure(changed);
      if (!figures.ok) {
        return figures;
      }
      points.push({ shift, severity, figures: figures.value });
    }
  }
  return success(points);
}

function rangeOf(images: readonly Image[]) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of images) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return { low, high };
}

function figuresOf(answers: Answers, truth: Truth, options: BootstrapOptions) {
  if (answers.head !== "classification") {
    throw new RangeError("shift curves are of classifications");
  }
  const { probability, classes, total, aleatoric, epistemic } = answers;
  const correct = correctness(probability, truth, classes);
  const nll = negativeLogLikelihoods(probability, truth, classes);
  const top = topForecasts(probability, truth, classes);
  return bootstrap(
    ([weights]) => ({
      accuracy: weightedMean(correct, weights),
      nll: weightedMean(nll, weights),
      ece: calibrationError(top, undefined, weights),
      total: weightedMean(total, weights),
      aleatoric: weightedMean(aleatoric, weights),
      epistemic: weightedMean(epistemic, weights),
    }),
    [correct.length],
    options,
  );
}
