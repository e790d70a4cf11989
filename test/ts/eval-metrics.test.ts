import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { binomialTail, lowerBound, upperBound } from "../../codegen/src/eval/binomial.js";
import {
  calibrationError,
  classCalibrationError,
  classForecasts,
  reliabilityBins,
  topForecasts,
} from "../../codegen/src/eval/calibration.js";
import {
  brierScores,
  correctness,
  entropies,
  klDivergences,
  negativeLogLikelihoods,
} from "../../codegen/src/eval/class-scores.js";
import { type Detection, detection, groupWeights } from "../../codegen/src/eval/detection.js";
import {
  accelerationOf,
  bcaInterval,
  percentileInterval,
} from "../../codegen/src/eval/interval.js";
import { classFigures } from "../../codegen/src/eval/per-class.js";
import { gaussianScores, halfWidth } from "../../codegen/src/eval/regression-scores.js";
import { areaUnderRiskCoverage, selection } from "../../codegen/src/eval/risk-coverage.js";
import { tiedOrder } from "../../codegen/src/eval/tied-order.js";
import { certainTruth } from "../../codegen/src/eval/truth.js";
import { weightedMean } from "../../codegen/src/eval/weights.js";

type Nullable = Readonly<Record<keyof Detection, number | null>>;

/** What `make eval-fixtures` wrote: figures by scikit-learn and scipy, null where undefined. */
const fixtures = JSON.parse(readFileSync("test/fixtures/eval/metrics.json", "utf8"));

/** Sums of a few hundred doubles in another order. */
const TOLERANCE = 1e-10;

function assertNear(found: number, expected: number | null, what: string, tolerance = TOLERANCE) {
  assert.ok(
    expected === null
      ? Number.isNaN(found)
      : Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: found ${found}, expected ${expected}`,
  );
}

function assertDetection(found: Detection, expected: Nullable, what: string) {
  for (const key of ["auroc", "aupr", "fpr95"] as const) {
    assertNear(found[key], expected[key], `${what}, ${key}`);
  }
}

for (const one of fixtures.classification) {
  const { name, classes, expected } = one;
  const probability = Float64Array.from(one.probability);
  const truth = one.truth ? Float64Array.from(one.truth) : certainTruth(one.labels, classes);
  const weights = Float64Array.from(one.weights);
  const correct = correctness(probability, truth, classes);

  test(`scores of ${name} are those of scikit-learn`, () => {
    const near = (values: Float64Array, key: string) =>
      assertNear(weightedMean(values), expected[key], key);
    near(correct, "accuracy");
    near(negativeLogLikelihoods(probability, truth, classes), "nll");
    near(brierScores(probability, truth, classes), "brier");
    near(entropies(probability, classes), "entropy");
    near(klDivergences(Float64Array.from(one.reference), probability, classes), "kl");
  });

  test(`calibration errors of ${name}`, () => {
    const top = topForecasts(probability, truth, classes);
    assertNear(calibrationError(top), expected.ece, "ECE");
    assertNear(calibrationError(top, 15, weights), expected.ece_weighted, "ECE, weighted");
    const all = classForecasts(probability, truth, classes);
    assertNear(classCalibrationError(all), expected.class_ece, "class-wise ECE");
    if (expected.reliability !== undefined) {
      const bins = reliabilityBins(top);
      assert.is(bins.length, expected.reliability.said.length);
      bins.forEach(({ said, came }, i) => {
        assertNear(said, expected.reliability.said[i], `said in bin ${i}`);
        assertNear(came, expected.reliability.came[i], `came true in bin ${i}`);
      });
    }
  });

  test(`selection and error detection of ${name}`, () => {
    const chosen = selection(one.doubt, correct);
    assertNear(areaUnderRiskCoverage(chosen), expected.aurc, "AURC");
    assertNear(areaUnderRiskCoverage(chosen, weights), expected.aurc_weighted, "AURC, weighted");
    const wrong = correct.map((right) => 1 - right);
    assertDetection(detection(chosen.doubt, wrong, correct), expected.errors, "errors");
    const [weightedWrong, weightedRight] = [wrong, correct].map((values) =>
      values.map((value, i) => value * (weights[i] as number)),
    ) as [Float64Array, Float64Array];
    const found = detection(chosen.doubt, weightedWrong, weightedRight);
    assertDetection(found, expected.errors_weighted, "errors, weighted");
  });

  if (expected.per_class !== undefined) {
    test(`the classes of ${name}`, () => {
      const doubt = Float64Array.from(one.doubt);
      const answers = { classes, probability, total: doubt, aleatoric: doubt, epistemic: doubt };
      classFigures(answers, truth).forEach((found, c) => {
        for (const key of ["inputs", "precision", "recall"] as const) {
          assertNear(found[key], expected.per_class[key][c], `class ${c}, ${key}`);
        }
      });
    });
  }
}

for (const { name, negatives, positives, expected } of fixtures.detection) {
  test(`detection: ${name}`, () => {
    const order = tiedOrder([...negatives, ...positives]);
    const { positive, negative } = groupWeights(negatives.length, positives.length);
    assertDetection(detection(order, positive, negative), expected, name);
  });
}

test("scores of a regression are those of scipy", () => {
  const { mean, variance, truth, expected } = fixtures.regression;
  const scores = gaussianScores(Float64Array.from(mean), Float64Array.from(variance), truth);
  assertNear(Math.sqrt(weightedMean(scores.squaredError)), expected.rmse, "RMSE");
  assertNear(weightedMean(scores.nll), expected.nll, "NLL");
  assertNear(weightedMean(scores.crps), expected.crps, "CRPS");
  for (const [level, share] of Object.entries<number>(expected.coverage)) {
    const inside = scores.distance.map((z) => (z <= halfWidth(Number(level)) ? 1 : 0));
    assertNear(weightedMean(inside), share, `coverage of ${level}`);
  }
});

test("intervals of the same replicates are those of scipy.stats.bootstrap", () => {
  const { sample, replicates, expected } = fixtures.intervals;
  const leftOut = sample.map((_: number, left: number) =>
    weightedMean(sample.filter((_: number, i: number) => i !== left)),
  );
  const own = Float64Array.from(replicates);
  const value = weightedMean(sample);
  const bca = bcaInterval(value, own, accelerationOf([leftOut]), 0.95);
  const percentile = percentileInterval(value, own, 0.95);
  for (const [name, found] of Object.entries({ bca, percentile })) {
    assertNear(found.low ?? Number.NaN, expected[name][0], `${name}, low`);
    assertNear(found.high ?? Number.NaN, expected[name][1], `${name}, high`);
  }
});

test("binomial tails and Clopper-Pearson bounds are those of scipy", () => {
  for (const { errors, trials, risk, tail, upper, lower } of fixtures.binomial) {
    const of = `${errors} of ${trials}`;
    assertNear(binomialTail(errors, trials, risk), tail, `tail of ${of}`);
    assertNear(upperBound(errors, trials, 0.95), upper, `upper bound of ${of}`);
    assertNear(lowerBound(errors, trials, 0.95), lower, `lower bound of ${of}`);
  }
});

test.run();
