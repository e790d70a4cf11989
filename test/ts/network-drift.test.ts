/** What every format of weights or activations changes of both models; `make drift` measures the whole test sets. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { measureDrift } from "../../bench/measure-drift.js";
import { models } from "./support/predict.js";

const COUNT = 1000;

/** The bars hold for 10,000 images; here one image more or less is .1 points, and two may fall. */
const ACCURACY = 0.2 + 1e-9;
const AUROC = 0.001;

/** Mean changes: half as much again as the worse of the two models over 20,000 images. */
const MEAN: Readonly<Record<string, { probability: number; epistemic: number }>> = {
  f16: { probability: 0.0002, epistemic: 0.0006 },
  bf16: { probability: 0.0021, epistemic: 0.016 },
  i8u8: { probability: 0.0069, epistemic: 0.01 },
  i8u4: { probability: 0.0073, epistemic: 0.017 },
  "f16 activations": { probability: 0.0004, epistemic: 0.0009 },
};

for (const model of models) {
  test(`every format of ${model} predicts and doubts as f32 does`, async () => {
    for (const one of await measureDrift(model, "accurate", COUNT)) {
      const { format, accuracy_change, auroc_change, probability, epistemic } = one;
      console.log(
        `figure: ${model}, ${format}: accuracy ${accuracy_change.toFixed(2)} points, ` +
          `AUROC ${auroc_change.toFixed(5)}, probability ${probability.toFixed(5)}, ` +
          `epistemic ${epistemic.toFixed(4)}`,
      );
      if (format === "f32") {
        assert.equal([probability, epistemic, accuracy_change], [0, 0, 0]);
        continue;
      }
      assert.ok(Math.abs(accuracy_change) <= ACCURACY, `${format}: ${accuracy_change} points`);
      assert.ok(Math.abs(auroc_change) <= AUROC, `${format}: AUROC ${auroc_change}`);
      const most = MEAN[format] ?? { probability: 0, epistemic: 0 };
      assert.ok(probability > 0 && probability <= most.probability, format);
      assert.ok(epistemic > 0 && epistemic <= most.epistemic, format);
    }
  });
}

test.run();
