import { test } from "uvu";
import * as assert from "uvu/assert";
import { largestDifference } from "../../codegen/src/eval/difference.js";
import type { Classification } from "../../codegen/src/run/protocol.js";
import { pfp } from "./support/pfp.js";
import { MNIST, models } from "./support/predict.js";

const BOUND = 1e-3;

/** Images for each target; without vectors, emulation takes longest. */
const counts = {
  "cortex-a53": 300,
  "cortex-a72": 100,
  "cortex-a76": 100,
  "cortex-m4": 50,
  "cortex-m7": 50,
  "cortex-m55": 300,
};

for (const model of models) {
  test(`${model} gives the same on every target`, async () => {
    const on = async (target: string, count: number): Promise<Classification[]> => {
      const { code, stdout, stderr } = await pfp([
        ...["run", `models/${model}.safetensors`, "--target", target],
        ...["--input", MNIST.images, "--count", String(count), "--json"],
      ]);
      assert.is(code, 0, stderr);
      const document = JSON.parse(stdout);
      assert.equal([document.model, document.target], [model, target]);
      assert.is(document.images.length, count);
      return document.images;
    };
    const host = await on("host", Math.max(...Object.values(counts)));
    for (const [target, count] of Object.entries(counts)) {
      const difference = largestDifference(await on(target, count), host.slice(0, count));
      console.log(`figure: ${model}, ${target} against host: ${JSON.stringify(difference)}`);
      for (const [what, value] of Object.entries(difference)) {
        assert.ok(value <= BOUND, `${target}, ${what}: ${value}`);
      }
    }
  });
}

test.run();
