import { test } from "uvu";
import * as assert from "uvu/assert";
import { largestDifference } from "../../codegen/src/eval/difference.js";
import type { Classification } from "../../codegen/src/run/protocol.js";
import { pfp } from "./support/pfp.js";
import { MNIST, models } from "./support/predict.js";

const COUNT = 300;
const BOUND = 1e-3;

for (const model of models) {
  test(`${model} gives the same on host, Cortex-A53 and Cortex-M55`, async () => {
    const on = async (target: string): Promise<Classification[]> => {
      const { code, stdout, stderr } = await pfp([
        ...["run", `models/${model}.safetensors`, "--target", target],
        ...["--input", MNIST.images, "--count", String(COUNT), "--json"],
      ]);
      assert.is(code, 0, stderr);
      const document = JSON.parse(stdout);
      assert.equal([document.model, document.target], [model, target]);
      assert.is(document.images.length, COUNT);
      return document.images;
    };
    const host = await on("host");
    for (const target of ["cortex-a53", "cortex-m55"]) {
      const difference = largestDifference(await on(target), host);
      console.log(`figure: ${model}, ${target} against host: ${JSON.stringify(difference)}`);
      for (const [what, value] of Object.entries(difference)) {
        assert.ok(value <= BOUND, `${target}, ${what}: ${value}`);
      }
    }
  });
}

test.run();
