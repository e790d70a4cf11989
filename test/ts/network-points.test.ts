import { test } from "uvu";
import * as assert from "uvu/assert";
import { FASHION, MNIST, models, predict } from "./support/predict.js";

/**
 * What the default number of points costs in accuracy, against so many that their own error is
 * negligible: the averages over images that docs/math.md publishes, rounded up.
 */
const COUNT = 1000;
const MANY = 8192;
const bounds = {
  mnist: { probability: 0.001, epistemic: 0.002 },
  fashion: { probability: 0.015, epistemic: 0.012 },
} as const;

for (const model of models) {
  for (const [set, { images }] of Object.entries({ mnist: MNIST, fashion: FASHION })) {
    test(`the default points of ${model} are enough on ${set}`, async () => {
      const request = { model, target: "host", images, count: COUNT };
      const few = (await predict(request)).predictions;
      const many = (await predict({ ...request, points: MANY })).predictions;
      const mean = (error: (i: number) => number) =>
        few.reduce((sum, _, i) => sum + error(i), 0) / COUNT;
      const totalVariation = mean((i) => {
        const reference = many[i]?.probability ?? [];
        const differences = few[i]?.probability.map((p, c) => Math.abs(p - (reference[c] ?? 0)));
        return (differences ?? []).reduce((sum, x) => sum + x, 0) / 2;
      });
      const epistemic = mean((i) => Math.abs((few[i]?.epistemic ?? 0) - (many[i]?.epistemic ?? 0)));
      const bound = bounds[set as keyof typeof bounds];
      assert.ok(totalVariation > 0 && totalVariation < bound.probability, `${totalVariation}`);
      assert.ok(epistemic > 0 && epistemic < bound.epistemic, `${epistemic}`);
    });
  }
}

test.run();
