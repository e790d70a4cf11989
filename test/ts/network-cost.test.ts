import { test } from "uvu";
import * as assert from "uvu/assert";
import { MNIST, predict } from "./support/predict.js";

const limits = { "cortex-a53": 1_300_000, "cortex-m55": 1_800_000 } as const;
const ARENA_LIMIT = 48_000;
const COUNT = 4;

for (const [target, limit] of Object.entries(limits)) {
  test(`an inference of lenet5 on ${target} stays within its instructions and arena`, async () => {
    const { report, instructions, footprint } = await predict({
      model: "lenet5",
      target,
      images: MNIST.images,
      count: COUNT,
      countInstructions: true,
    });
    assert.is(instructions?.calls, COUNT);
    console.log(
      `figure: lenet5 on ${target}: ${instructions?.max} instructions an inference, ` +
        `arena ${report.arena_bytes} bytes, weights ${footprint.weight_bytes} bytes, ` +
        `code ${footprint.code_bytes} bytes`,
    );
    assert.ok((instructions?.max ?? Number.NaN) <= limit, `${instructions?.max} instructions`);
    assert.ok((instructions?.min ?? 0) > limit / 10, "fewer than any real inference takes");
    assert.ok(report.arena_bytes <= ARENA_LIMIT, `arena ${report.arena_bytes} bytes`);
  });
}

test.run();
