import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { TIERS } from "../../codegen/src/ir/kernel-table.js";
import { GOLDEN_COUNT as COUNT, goldenErrors } from "./support/golden.js";
import { FASHION, MNIST, models, predict } from "./support/predict.js";

/**
 * The errors of the special functions, through the layers. Measured over both models and sets: means
 * 6.9e-5 and 6.8e-4, variances 1.8e-4 and 1.9e-3, of which these are the next round figures.
 */
const BOUNDS = {
  accurate: { mean: 1e-4, var: 2e-4 },
  fast: { mean: 1e-3, var: 2e-3 },
} as const;

for (const model of models) {
  test(`the golden values of ${model} belong to the committed model`, () => {
    const hashes = JSON.parse(readFileSync("test/golden/models.json", "utf8"));
    const bytes = readFileSync(`models/${model}.safetensors`);
    assert.is(hashes[`${model}.safetensors`], createHash("sha256").update(bytes).digest("hex"));
  });

  for (const tier of TIERS) {
    for (const [set, { images }] of Object.entries({ mnist: MNIST, fashion: FASHION })) {
      test(`${model}, ${tier} tier, equals the float64 evaluation on ${set}`, async () => {
        const { predictions } = await predict({
          model,
          target: "host",
          images,
          count: COUNT,
          tier,
        });
        assert.is(predictions.length, COUNT);
        const errors = goldenErrors(model, set, predictions);
        console.log(
          `figure: ${model}, ${tier} tier, ${set}: largest error of mean / sd ` +
            `${errors.mean.toExponential(1)}, of variance ${errors.var.toExponential(1)}`,
        );
        assert.ok(errors.mean <= BOUNDS[tier].mean, `mean / sd: ${errors.mean}`);
        assert.ok(errors.var <= BOUNDS[tier].var, `variance: ${errors.var}`);
      });
    }
  }
}

test.run();
