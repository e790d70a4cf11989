import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "npyjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FASHION, MNIST, models, predict } from "./support/predict.js";

/** Golden values are the independent float64 evaluation of train/, committed in test/golden/. */
const COUNT = 1000;
const BOUNDS = { accurate: 2e-4, fast: 5e-3 } as const;

/** [image][mean, var][class] */
function golden(model: string, set: string): (image: number, kind: 0 | 1) => Float32Array {
  const bytes = readFileSync(`test/golden/${model}-${set}.npy`);
  const { data, shape } = parse(Uint8Array.from(bytes).buffer);
  assert.equal([...shape], [COUNT, 2, 10]);
  const values = Float32Array.from(data as Float32Array);
  return (image, kind) => values.subarray((2 * image + kind) * 10, (2 * image + kind + 1) * 10);
}

for (const model of models) {
  test(`the golden values of ${model} belong to the committed model`, () => {
    const hashes = JSON.parse(readFileSync("test/golden/models.json", "utf8"));
    const bytes = readFileSync(`models/${model}.safetensors`);
    assert.is(hashes[`${model}.safetensors`], createHash("sha256").update(bytes).digest("hex"));
  });

  for (const tier of ["accurate", "fast"] as const) {
    for (const [set, { images }] of Object.entries({ mnist: MNIST, fashion: FASHION })) {
      test(`${model}, ${tier} tier, equals the float64 evaluation on ${set}`, async () => {
        const expected = golden(model, set);
        const { predictions } = await predict({
          model,
          target: "host",
          images,
          count: COUNT,
          tier,
        });
        assert.is(predictions.length, COUNT);
        let meanError = 0;
        let varError = 0;
        predictions.forEach((answer, i) => {
          const [mean, variance] = [expected(i, 0), expected(i, 1)];
          for (let c = 0; c < 10; c++) {
            const [m = Number.NaN, v = Number.NaN] = [mean[c], variance[c]];
            meanError = Math.max(
              meanError,
              Math.abs((answer.mean[c] ?? Number.NaN) - m) / Math.sqrt(v),
            );
            varError = Math.max(varError, Math.abs((answer.var[c] ?? Number.NaN) - v) / v);
          }
        });
        console.log(
          `figure: ${model}, ${tier} tier, ${set}: largest error of mean / sd ` +
            `${meanError.toExponential(1)}, of variance ${varError.toExponential(1)}`,
        );
        assert.ok(meanError <= BOUNDS[tier], `mean / sd: ${meanError}`);
        assert.ok(varError <= BOUNDS[tier], `variance: ${varError}`);
      });
    }
  }
}

test.run();
