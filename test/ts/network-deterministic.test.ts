/** The deterministic twin equals an independent forward pass of the posterior means in float64. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import { posteriorMeans } from "../../codegen/src/passes/posterior-means.js";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { kernelsOf } from "./support/generator.js";
import { runNetwork } from "./support/network.js";
import { MNIST, models, predict, unwrap } from "./support/predict.js";

const COUNT = 3;

for (const model of models) {
  for (const target of ["host", "cortex-a53", "cortex-m4", "cortex-m55"]) {
    test(`the means of ${model} alone, on ${target}`, async () => {
      const request = { model, target, mode: "deterministic", images: MNIST.images } as const;
      const { predictions } = await predict({ ...request, count: COUNT });
      const graph = unwrap(importPosterior(readFileSync(`models/${model}.safetensors`)));
      const options = { tier: "accurate", weights: "f32", mode: "deterministic" } as const;
      const means = unwrap(posteriorMeans.run(graph, { ...options, kernels: kernelsOf(target) }));
      const form = { shape: graph.input.shape, length: 784 };
      const images = unwrap(await readImages([MNIST.images], form, { start: 0, count: COUNT }));
      images.forEach((image, i) => {
        const values = runNetwork(means, Array.from(image.values)).get(graph.head.input) ?? [];
        const largest = Math.max(...values.map(([logit]) => Math.abs(logit)));
        const { mean, var: variances, epistemic } = predictions[i] ?? {};
        assert.is(mean?.length, values.length);
        values.forEach(([logit], k) => {
          assert.ok(Math.abs((mean?.[k] ?? Number.NaN) - logit) <= 1e-5 * largest, `logit ${k}`);
        });
        assert.ok(variances?.every((variance) => variance === 0));
        assert.is(epistemic, 0);
      });
    });
  }
}

test.run();
