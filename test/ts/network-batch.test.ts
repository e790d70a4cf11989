/** A batch of N equals N times a batch of one, bit for bit, also where the last one is not full. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MNIST, models, predict } from "./support/predict.js";

/** A full batch and one that is not, of each. */
const BATCHES = [8, 64];
const COUNT = 64 + 13;

for (const model of models) {
  for (const target of ["host", "cortex-a53", "cortex-a76"]) {
    const cases = [
      { mode: "pfp", weights: "f32" },
      { mode: "deterministic", weights: "f32" },
      { mode: "pfp", weights: "i8u8" },
    ] as const;
    for (const options of cases) {
      const name = `${model} on ${target}, ${options.mode}, ${options.weights}`;
      test(`${name}: every batch gives what its images give alone`, async () => {
        const request = { model, target, images: MNIST.images, count: COUNT, ...options };
        const one = await predict(request);
        for (const batch of BATCHES) {
          const many = await predict({ ...request, batch });
          assert.equal(many.predictions, one.predictions, `batch ${batch}`);
          assert.is(many.report.batch, batch);
          const symbols = many.report.layers.map(({ kernel }) => kernel);
          const takesBatches = symbols.some((symbol) => symbol.startsWith("pfp_dense_batch_"));
          assert.is(takesBatches, options.weights === "f32");
        }
      });
    }
  }
}

test.run();
