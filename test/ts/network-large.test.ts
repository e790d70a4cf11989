import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaults } from "../../codegen/src/generate.js";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import { prepareModel } from "../../codegen/src/run/prepare.js";
import type { Regression } from "../../codegen/src/run/protocol.js";
import { runModel } from "../../codegen/src/run/run-model.js";
import { layerTensors, numbers, posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { runNetwork } from "./support/network.js";
import { pfp } from "./support/pfp.js";
import { unwrap } from "./support/predict.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();

/** One dense layer with more than a megabyte of weights. */
const SIDE = 400;

function network(seed: number, side = SIDE): Uint8Array {
  return posteriorFile({
    tensors: layerTensors("fc1", [side, side], seed),
    graph: {
      schema: 1,
      name: "large",
      input: { shape: [side] },
      ops: [{ name: "fc1", op: "dense", inputs: ["input"] }],
      output: { head: "regression", input: "fc1", noise_sd: numbers(side, 1).map(Math.abs) },
    },
  });
}

const large = join(folder, "large.safetensors");
writeFileSync(large, network(1));

for (const target of ["host", "cortex-a53", "cortex-m55"]) {
  test(`weights of more than a megabyte come from a .bin on ${target}`, async () => {
    const { generation, board } = unwrap(await prepareModel({ ...defaults, model: large, target }));
    const bin = generation.files.find(({ name }) => name.endsWith(".bin"));
    assert.ok((bin?.content.length ?? 0) > 1_000_000);
    const image = { name: "input", values: Float32Array.from(numbers(SIDE, 5)) };
    const { predictions } = unwrap(await runModel(generation, board, [image]));
    const [prediction] = predictions as readonly Regression[];
    const graph = unwrap(importPosterior(network(1)));
    const want = runNetwork(graph, Array.from(image.values)).get("fc1") ?? [];
    // Rounding of sums of 400 terms in float; a wrong weight is off by a thousand times as much.
    assert.is(prediction?.mean.length, SIDE);
    for (const [index, [mean, variance]] of want.entries()) {
      const got = { mean: prediction?.mean[index] ?? 0, var: prediction?.var[index] ?? 0 };
      assert.ok(Math.abs(got.mean - mean) <= 1e-4 * Math.sqrt(variance), `mean ${index}`);
      assert.ok(Math.abs(got.var - variance) <= 1e-4 * variance, `variance ${index}`);
    }
  });
}

test("another model's .bin replaces the one before", async () => {
  const out = join(folder, "out");
  const bins = () => readdirSync(out).filter((name) => name.endsWith(".bin"));
  const compile = (model: string) => pfp(["compile", model, "--target", "host", "--out", out]);
  assert.is((await compile(large)).code, 0);
  const [first] = bins();
  const other = join(folder, "other.safetensors");
  writeFileSync(other, network(2));
  assert.is((await compile(other)).code, 0);
  assert.is(bins().length, 1);
  assert.is.not(bins()[0], first);
  writeFileSync(other, network(2, 4));
  assert.is((await compile(other)).code, 0);
  assert.equal(bins(), []);
});

test.run();
