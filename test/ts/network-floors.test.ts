import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { accuracy } from "../../codegen/src/eval/accuracy.js";
import { auroc } from "../../codegen/src/eval/auroc.js";
import { FASHION, MNIST, predict } from "./support/predict.js";

/** The whole test sets through the generated C on the host. */
const COUNT = 10_000;
const floors = {
  lenet5: { accuracy: 0.988, auroc: 0.95 },
  mlp: { accuracy: 0.973, auroc: 0.9 },
} as const;

for (const [model, floor] of Object.entries(floors)) {
  test(`one pass of ${model} is right, and doubts garments`, async () => {
    const target = "host";
    const digits = await predict({ model, target, images: MNIST.images, count: COUNT });
    const garments = await predict({ model, target, images: FASHION.images, count: COUNT });
    const truth = [...readFileSync(MNIST.labels).subarray(8)];
    const right = accuracy(
      digits.predictions.map(({ label }) => label),
      truth,
    );
    const epistemic = (answers: typeof digits) => answers.predictions.map((a) => a.epistemic);
    const separation = auroc(epistemic(garments), epistemic(digits));
    console.log(
      `figure: ${model}: MNIST accuracy ${(100 * right).toFixed(2)} %, ` +
        `AUROC of epistemic, MNIST against Fashion-MNIST ${separation.toFixed(4)}`,
    );
    assert.ok(right >= floor.accuracy, `accuracy ${right}`);
    assert.ok(separation >= floor.auroc, `AUROC ${separation}`);
  });
}

test.run();
