/** `--activations f16` on inputs far out of range: the prediction is right, or refused. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaults } from "../../codegen/src/defaults.js";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { type ModelRequest, prepareModel } from "../../codegen/src/run/prepare.js";
import { runModel } from "../../codegen/src/run/run-model.js";
import { HALVES_MEAN } from "./support/halves.js";
import { MNIST, unwrap } from "./support/predict.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

/** How much larger inputs get: variances grow with the square, and halves end at 65,504. */
const FACTORS = [1, 3, 6, 16, 1e3, 1e6];

const folder = temporaryFolder();
const small = join(folder, "small.safetensors");
writeFileSync(small, classifier(1, 16));

/** The logits of one input, or why it was refused. */
async function predict(options: Partial<ModelRequest>, values: Float32Array) {
  const request = { ...defaults, model: small, target: "cortex-a76", ...options };
  const { generation, board } = unwrap(await prepareModel(request));
  const result = await runModel(generation, board, [{ name: "input", values }]);
  if (!result.ok) {
    const codes = result.diagnostics.map(({ code }) => code);
    assert.equal(codes, ["input-out-of-range"]);
    return undefined;
  }
  return result.value.predictions[0];
}

for (const target of ["cortex-a76", "cortex-m55"]) {
  for (const model of [small, "models/lenet5.safetensors"]) {
    test(`${model === small ? "small" : model} on ${target}`, async () => {
      const { generation } = unwrap(await prepareModel({ ...defaults, model, target }));
      const { input } = generation.model;
      const first =
        model === small
          ? Float32Array.from({ length: input.length }, (_, i) => 1 + ((7 * i) % 5))
          : unwrap(await readImages([MNIST.images], input, { start: 0, count: 1 }))[0]?.values;
      let [right, refused] = [0, 0];
      for (const factor of FACTORS.flatMap((size) => [size, -size])) {
        const values = (first ?? new Float32Array()).map((value) => factor * value);
        const halves = await predict({ model, target, activations: "f16" }, values);
        if (halves === undefined) {
          refused++;
          continue;
        }
        const floats = await predict({ model, target }, values);
        assert.ok(floats, `${factor} times: floats are refused`);
        for (const [i, mean] of floats.mean.entries()) {
          const sd = Math.sqrt(floats.var[i] ?? 0);
          const error = Math.abs((halves.mean[i] ?? Number.NaN) - mean) / sd;
          assert.ok(error <= HALVES_MEAN, `${factor} times: logit ${i} is off by ${error} sds`);
        }
        right++;
      }
      assert.ok(right >= 2 && refused >= 2, `${right} right, ${refused} refused`);
    });
  }
}

test.run();
