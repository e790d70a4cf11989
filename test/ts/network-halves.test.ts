/** `--activations f16`: whole networks against the float64 evaluation. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { GOLDEN_COUNT, goldenErrors } from "./support/golden.js";
import { HALVES_MEAN } from "./support/halves.js";
import { FASHION, MNIST, models, predict } from "./support/predict.js";

const SETS = { mnist: MNIST, fashion: FASHION };
const IMAGES = { "cortex-a76": GOLDEN_COUNT, "cortex-m55": 25 };

/**
 * A variance has no such factor as a mean (support/halves.ts), but twice the roundings, and the tail of a
 * relu multiplies what its mean is off by: 1.3e-2 at most was measured, and half as much again is allowed.
 */
const VAR = 0.02;

for (const model of models) {
  for (const [target, count] of Object.entries(IMAGES)) {
    for (const [set, { images }] of Object.entries(SETS)) {
      test(`${model} in halves is near the float64 evaluation, ${target}, ${set}`, async () => {
        const request = { model, images, target, count, activations: "f16" } as const;
        const { predictions, report } = await predict(request);
        const errors = goldenErrors(model, set, predictions);
        console.log(
          `figure: ${model}, halves, ${target}, ${set}: largest error of mean / sd ` +
            `${errors.mean.toExponential(1)}, of variance ${errors.var.toExponential(1)}`,
        );
        assert.ok(report.layers.some(({ kernel }) => kernel.startsWith("pfp_dense_f16")));
        assert.ok(errors.mean <= HALVES_MEAN, `mean / sd: ${errors.mean}`);
        assert.ok(errors.var <= VAR, `variance: ${errors.var}`);
      });
    }
  }
}

test.run();
