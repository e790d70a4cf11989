import { test } from "uvu";
import * as assert from "uvu/assert";
import { accuracy } from "../../codegen/src/eval/accuracy.js";
import { auroc } from "../../codegen/src/eval/auroc.js";

/** The definition, pair by pair. */
function pairwise(positives: readonly number[], negatives: readonly number[]): number {
  const wins = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
  return wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
}

test("auroc of worked examples", () => {
  assert.is(auroc([3, 4], [1, 2]), 1);
  assert.is(auroc([1, 2], [3, 4]), 0);
  assert.is(auroc([5, 5], [5, 5, 5]), 0.5);
  assert.is(auroc([0.8, 0.4], [0.1, 0.6]), 0.75);
  assert.is(auroc([2], [1, 2, 3]), 0.5);
  assert.is(auroc([1, 2, 2], [2, 0]), 4 / 6);
  assert.is(auroc([Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY, 0]), 1);
});

test("auroc agrees with its definition where many scores tie", () => {
  const draw = (seed: number, length: number) =>
    Array.from({ length }, (_, i) => ((i + seed) * 7919) % 13);
  for (let seed = 1; seed <= 20; seed++) {
    const [positives, negatives] = [draw(seed, 37), draw(3 * seed, 23).map((score) => score - 2)];
    assert.is(auroc(positives, negatives), pairwise(positives, negatives));
  }
});

test("auroc is undefined without scores", () => {
  assert.ok(Number.isNaN(auroc([], [1])));
  assert.ok(Number.isNaN(auroc([1], [])));
  assert.ok(Number.isNaN(auroc([Number.NaN], [1])));
});

test("accuracy", () => {
  assert.is(accuracy([1, 2, 3, 4], [1, 2, 0, 4]), 0.75);
  assert.ok(Number.isNaN(accuracy([], [])));
  assert.throws(() => accuracy([1], [1, 2]), /1 predictions for 2 labels/);
});

test.run();
