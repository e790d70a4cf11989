import { test } from "uvu";
import * as assert from "uvu/assert";
import { classificationDrift, regressionDrift } from "../../codegen/src/eval/drift.js";

const answer = (probability: number[], epistemic: number) => ({
  probability,
  epistemic,
  label: probability.indexOf(Math.max(...probability)),
});

test("drift of worked classifications", () => {
  const reference = [answer([0.5, 0.25, 0.25], 0.5), answer([0, 1, 0], 0.25)];
  const answers = [answer([0.25, 0.5, 0.25], 0.25), answer([0, 1, 0], 0.5)];
  assert.equal(classificationDrift(answers, reference), {
    labels: 0.5,
    probability: 0.125,
    largest_probability: 0.25,
    epistemic: 0.25 / 0.375,
    largest_epistemic: 0.25,
  });
});

test("drift of worked regressions", () => {
  const reference = [
    { mean: [1, 2], var: [1, 3], total: [4, 9] },
    { mean: [0, 0], var: [0, 0], total: [1, 1] },
  ];
  const answers = [
    { mean: [2, 2], var: [2, 3], total: [5, 9] },
    { mean: [0, -1], var: [0, 1], total: [1, 2] },
  ];
  assert.equal(regressionDrift(answers, reference), { mean: (0.5 + 1) / 4, var: 2 / 4 });
});

test("no difference is no drift, however small what it is measured by", () => {
  const certain = [answer([1, 0], 0)];
  const exact = [{ mean: [1], var: [0], total: [0] }];
  assert.equal(classificationDrift(certain, certain).epistemic, 0);
  assert.equal(regressionDrift(exact, exact), { mean: 0, var: 0 });
  assert.is(
    classificationDrift([answer([1, 0], 0.1)], certain).epistemic,
    Number.POSITIVE_INFINITY,
  );
});

test("drift needs as many answers, and some", () => {
  assert.throws(() => classificationDrift([], [answer([1], 0)]), /0 answers, 1 references/);
  assert.ok(Number.isNaN(classificationDrift([], []).labels));
  assert.ok(
    Number.isNaN(classificationDrift([answer([1], Number.NaN)], [answer([1], 0)]).epistemic),
  );
});

test.run();
