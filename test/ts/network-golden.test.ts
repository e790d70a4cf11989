import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { GOLDEN_COUNT as COUNT, goldenErrors } from "./support/golden.js";
import { FASHION, MNIST, models, predict } from "./support/predict.js";

const BOUNDS = { accurate: 2e-4, fast: 5e-3 } as const;

for (const model of models) {
  test(`the golden values of ${model} belong to the committed model`, () => {
    const hashes = JSON.parse(readFileSync("test/golden/models.json", "utf8"));
    const bytes = readFileSync(`models/${model}.safetensors`);
    assert.is(hashes[`${model}.safetensors`], createHash("sha256").update(bytes).digest("hex"));
  });

  for (const tier of ["accurate", "fast"] as const) {
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
        assert.ok(errors.mean <= BOUNDS[tier], `mean / sd: ${errors.mean}`);
        assert.ok(errors.var <= BOUNDS[tier], `variance: ${errors.var}`);
      });
    }
  }
}

test.run();
