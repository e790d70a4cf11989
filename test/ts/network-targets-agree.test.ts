import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Difference, largestDifference } from "../../codegen/src/eval/difference.js";
import type { Classification } from "../../codegen/src/run/protocol.js";
import { pfp } from "./support/pfp.js";
import { MNIST, models } from "./support/predict.js";

/**
 * The same sums, up to the estimate of a reciprocal square root on NEON and two roundings a term on
 * x86 without fused multiply-add. The latter gave the most that was measured, 1.0e-5, 1.1e-6, 6.0e-7
 * and 8.3e-7; about three times that is allowed.
 */
const BOUNDS: Difference = {
  mean_in_sd: 3e-5,
  var_relative: 3e-6,
  probability: 2e-6,
  nats: 2.5e-6,
};

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
      for (const what of Object.keys(BOUNDS) as (keyof Difference)[]) {
        assert.ok(difference[what] <= BOUNDS[what], `${target}, ${what}: ${difference[what]}`);
      }
    }
  });
}

test.run();
