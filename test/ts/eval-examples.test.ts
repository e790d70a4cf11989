import { test } from "uvu";
import * as assert from "uvu/assert";
import { smallestSample, upperBound } from "../../codegen/src/eval/binomial.js";
import { bootstrap } from "../../codegen/src/eval/bootstrap.js";
import {
  calibrationError,
  forecasts,
  reliabilityBins,
} from "../../codegen/src/eval/calibration.js";
import {
  brierScores,
  correctness,
  entropies,
  klDivergences,
  negativeLogLikelihoods,
} from "../../codegen/src/eval/class-scores.js";
import { conformalQuantile, conformalSamples } from "../../codegen/src/eval/conformal.js";
import { detection, groupWeights } from "../../codegen/src/eval/detection.js";
import { type Estimate, quantile } from "../../codegen/src/eval/interval.js";
import { Random } from "../../codegen/src/eval/random.js";
import { gaussianScores } from "../../codegen/src/eval/regression-scores.js";
import {
  areaUnderRiskCoverage,
  riskCoverage,
  selection,
} from "../../codegen/src/eval/risk-coverage.js";
import { SEVERITIES, SHIFTS, type Shift, shifted } from "../../codegen/src/eval/shift.js";
import { tiedOrder } from "../../codegen/src/eval/tied-order.js";
import { certainTruth, drawnTruth } from "../../codegen/src/eval/truth.js";
import { weightedMean } from "../../codegen/src/eval/weights.js";

function near(found: ArrayLike<number>, expected: readonly number[]) {
  assert.is(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs((found[i] as number) - value) < 1e-12, `${found[i]}, expected ${value}`);
  });
}

const probability = Float64Array.of(0.5, 0.25, 0.25, 0.1, 0.1, 0.8);
const soft = Float64Array.of(0.5, 0.5, 0, 0, 0.2, 0.8);

test("scores of two inputs, for certain labels and for soft ones", () => {
  const certain = certainTruth([1, 2], 3);
  near(certain, [0, 1, 0, 0, 0, 1]);
  near(correctness(probability, certain, 3), [0, 1]);
  near(correctness(probability, soft, 3), [0.5, 0.8]);
  near(negativeLogLikelihoods(probability, certain, 3), [Math.log(4), -Math.log(0.8)]);
  near(negativeLogLikelihoods(probability, soft, 3), [
    (Math.log(2) + Math.log(4)) / 2,
    -0.2 * Math.log(0.1) - 0.8 * Math.log(0.8),
  ]);
  // Certain: .25 + .5625 + .0625 and .01 + .01 + .04. Soft: the mean over both labels.
  near(brierScores(probability, certain, 3), [0.875, 0.06]);
  near(brierScores(probability, soft, 3), [(0.375 + 0.875) / 2, 0.8 * 0.06 + 0.2 * 1.46]);
  near(entropies(probability, 3).subarray(0, 1), [1.5 * Math.log(2)]);
  near(klDivergences(soft, probability, 3).subarray(0, 1), [0.5 * Math.log(2)]);
});

test("several labels an input are their shares", () => {
  near(drawnTruth([0, 0, 2, 1, 1, 1, 1, 1], 4, 3), [0.5, 0.25, 0.25, 0, 1, 0]);
});

test("a probability of 0 costs what a float can tell, not infinity", () => {
  near(negativeLogLikelihoods(Float64Array.of(0, 1), certainTruth([0], 2), 2), [126 * Math.log(2)]);
});

test("calibration error of four forecasts in two bins, one of which a tie crosses", () => {
  const apart = forecasts([0.9, 0.6, 0.7, 0.8], [1, 0, 1, 1]);
  assert.equal(
    reliabilityBins(apart, 2).map(({ came }) => came),
    [0.5, 1],
  );
  near([calibrationError(apart, 2)], [(0.65 - 0.5 + (1 - 0.85)) / 2]);
  // Two of the three forecasts of .8 are true: two thirds of each of them is.
  const tied = forecasts([0.8, 0.8, 0.8, 0.6], [1, 0, 1, 1]);
  near([calibrationError(tied, 2)], [((1 + 2 / 3) / 2 - 0.7 + (0.8 - 2 / 3)) / 2]);
  assert.ok(Number.isNaN(calibrationError(forecasts([], []))));
});

test("selective risk of four inputs", () => {
  const chosen = selection([0.1, 0.4, 0.2, 0.3], Float64Array.of(1, 0, 1, 0));
  assert.equal(riskCoverage(chosen), [
    { coverage: 0.25, risk: 0 },
    { coverage: 0.5, risk: 0 },
    { coverage: 0.75, risk: 1 / 3 },
    { coverage: 1, risk: 0.5 },
  ]);
  near([areaUnderRiskCoverage(chosen)], [(1 / 3 + 1 / 2) / 4]);
  // Equal doubts: half the risk at each coverage.
  near([areaUnderRiskCoverage(selection([1, 1, 1, 1], Float64Array.of(1, 0, 1, 0)))], [0.5]);
});

test("detection of two among four", () => {
  const { positive, negative } = groupWeights(2, 2);
  const found = detection(tiedOrder([0.1, 0.6, 0.8, 0.4]), positive, negative);
  // From the top: hit, alarm, hit, alarm.
  assert.equal(found, { auroc: 0.75, aupr: (1 + 2 / 3) / 2, fpr95: 0.5 });
});

test("a Gaussian forecast", () => {
  const [mean, variance] = [Float64Array.of(0, 1), Float64Array.of(1, 4)];
  const { squaredError, nll, crps, distance } = gaussianScores(mean, variance, [0, 3]);
  near(squaredError, [0, 4]);
  near(nll, [Math.log(2 * Math.PI) / 2, (1 + Math.log(8 * Math.PI)) / 2]);
  near(distance, [0, 1]);
  // At its mean, sd times (sqrt 2 - 1) / sqrt(pi).
  near(crps.subarray(0, 1), [(Math.SQRT2 - 1) / Math.sqrt(Math.PI)]);
  near(gaussianScores(mean, Float64Array.of(0, 0), [2, 1]).crps, [2, 0]);
});

test("samples that guarantees need", () => {
  assert.is(smallestSample(0.01, 0.95), 299);
  assert.ok(upperBound(0, 299, 0.95) <= 0.01 && upperBound(0, 298, 0.95) > 0.01);
  assert.is(smallestSample(0.05, 0.95), 59);
  assert.is(conformalSamples(0.05), 19);
  assert.is(conformalSamples(0.01), 99);
});

test("conformal quantile of 19 scores, and of 18", () => {
  const scores = Array.from({ length: 19 }, (_, i) => 19 - i);
  assert.equal(conformalQuantile(scores, 0.05), { threshold: 19, level: 0.050000000000000044 });
  assert.equal(conformalQuantile(scores, 0.5), { threshold: 10, level: 0.5 });
  assert.equal(conformalQuantile(scores.slice(1), 0.05), { needed: 19 });
});

test("quantiles lie between values", () => {
  assert.is(quantile([1, 2, 4], 0.5), 2);
  assert.is(quantile([1, 2, 4], 0.75), 3);
  assert.is(quantile([5], 0.3), 5);
});

test("the bootstrap is what its seed says, and pairs what one statistic computes", () => {
  const random = new Random(3);
  const a = Float64Array.from({ length: 400 }, () => random.normal());
  const b = a.map((value) => value + 0.1 + 0.01 * random.normal());
  const statistic = ([weights]: readonly Float64Array[]) => {
    const [left, right] = [weightedMean(a, weights), weightedMean(b, weights)];
    return { left, right, difference: right - left };
  };
  const options = { resamples: 500, seed: 1, level: 0.95 };
  const found = bootstrap(statistic, [400], options);
  assert.equal(bootstrap(statistic, [400], options), found);
  assert.not.equal(bootstrap(statistic, [400], { ...options, seed: 2 }), found);
  const width = (one?: Estimate) => (one?.high ?? Number.NaN) - (one?.low ?? Number.NaN);
  // Four standard errors: .2 for each mean, a hundredth of that for their difference.
  assert.ok(Math.abs(width(found.left) - 2 * 1.96 * 0.05) < 0.03, String(width(found.left)));
  assert.ok(width(found.difference) < 0.003, String(width(found.difference)));
});

test("a statistic that most resamples lack has no interval", () => {
  const found = bootstrap(
    ([weights]) => ({ rare: (weights?.[0] ?? 0) > 0 ? Number.NaN : 1 }),
    [50],
    { resamples: 100, seed: 1, level: 0.95 },
  );
  assert.equal(found.rare, { value: Number.NaN });
});

test("1,000 resamples of 20,000 images take seconds", () => {
  const random = new Random(1);
  const n = 20_000;
  const doubt = Float64Array.from({ length: n }, () => random.uniform());
  const correct = doubt.map((value) => (random.uniform() < value ? 0 : 1));
  const chosen = selection(doubt, correct);
  const said = forecasts(doubt, correct);
  const start = performance.now();
  bootstrap(
    ([weights]) => ({
      accuracy: weightedMean(correct, weights),
      ece: calibrationError(said, 15, weights),
      aurc: areaUnderRiskCoverage(chosen, weights),
    }),
    [n],
    { resamples: 1000, seed: 1, level: 0.95 },
  );
  const seconds = (performance.now() - start) / 1000;
  assert.ok(seconds < 20, `${seconds.toFixed(1)} s`);
});

const shape = [1, 9, 9] as const;
const range = { low: 0, high: 1 };

function bar(): Float32Array {
  return Float32Array.from({ length: 81 }, (_, i) => (i % 9 === 4 ? 1 : 0));
}

test("a quarter turn of an upright bar is a level one", () => {
  const turned = shifted(bar(), shape, "rotation", 5, range, new Random(1));
  near(
    turned,
    Array.from({ length: 81 }, (_, i) => (Math.floor(i / 9) === 4 ? 1 : 0)),
  );
});

test("blur keeps the sum, contrast the mean", () => {
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  const [row] = [bar().map((_, i) => (i === 40 ? 1 : 0))];
  assert.ok(Math.abs(sum(shifted(row, shape, "blur", 2, range, new Random(1))) - 1) < 1e-6);
  const pale = shifted(bar(), shape, "contrast", 5, range, new Random(1));
  assert.ok(Math.abs(sum(pale) - 9) < 1e-5);
  assert.ok(Math.max(...pale) - Math.min(...pale) < 0.1001);
});

test("every shift changes more at every severity, stays in range and follows its seed", () => {
  const random = new Random(9);
  // A spot above the middle: each turn takes it further away.
  const image = bar().map((_, i) => {
    const [y, x] = [Math.floor(i / 9) - 1, (i % 9) - 4];
    return 0.2 + 0.5 * Math.exp(-(y * y + x * x) / 8) + 0.1 * random.uniform();
  });
  const original = image.slice();
  for (const shift of Object.keys(SHIFTS) as Shift[]) {
    let before = 0;
    for (const severity of SEVERITIES) {
      const make = () => shifted(image, shape, shift, severity, range, new Random(4));
      const changed = make();
      assert.equal(make(), changed);
      assert.ok(changed.every((value) => value >= 0 && value <= 1));
      const distance = Math.sqrt(
        weightedMean(changed.map((value, i) => (value - (image[i] ?? 0)) ** 2)),
      );
      assert.ok(distance > before, `${shift} ${severity}: ${distance}, before ${before}`);
      before = distance;
    }
  }
  assert.equal(image, original);
});

test("uniform numbers fill their range, and near seeds have nothing in common", () => {
  const first = Array.from({ length: 1000 }, (_, seed) => new Random(seed).uniform());
  assert.is(new Set(first).size, 1000);
  assert.ok(Math.abs(weightedMean(first) - 0.5) < 4 / Math.sqrt(12 * 1000));
  const random = new Random(5);
  const order = random.permutation(100);
  assert.equal(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  const normal = Array.from({ length: 10_000 }, () => random.normal());
  assert.ok(Math.abs(weightedMean(normal)) < 0.04);
  assert.ok(Math.abs(weightedMean(normal.map((x) => x * x)) - 1) < 0.06);
});

test.run();
