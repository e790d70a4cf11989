/** The compact formats of weights change little, and the same on every target. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { WEIGHT_FORMATS } from "../../codegen/src/ir/kernel-table.js";
import { FASHION, MNIST, predict } from "./support/predict.js";

const COUNT = 20;
const TARGETS = ["host", "cortex-a53", "cortex-m55"] as const;

/**
 * Largest change of a probability against f32: the formats' own rounding, not the kernels'. Measured:
 * 5.2e-4, 4.4e-3, .0148, .0152; half as much again is allowed.
 */
const DRIFT = { f16: 8e-4, bf16: 0.0066, i8u8: 0.022, i8u4: 0.023 };
/**
 * Between targets, which compute the same sums up to the estimate of a reciprocal square root on NEON:
 * 3.5e-6 at most was measured, about three times that is allowed.
 */
const AGREEMENT = 1e-5;

async function probabilities(weights: (typeof WEIGHT_FORMATS)[number], target: string) {
  const request = { model: "lenet5", target, tier: "fast", weights, count: COUNT } as const;
  const digits = await predict({ ...request, images: MNIST.images });
  const garments = await predict({ ...request, images: FASHION.images });
  return {
    bytes: digits.report.weight_bytes,
    values: [...digits.predictions, ...garments.predictions].map(({ probability }) => probability),
  };
}

function furthest(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return Math.max(
    ...a.flatMap((row, i) => row.map((p, j) => Math.abs(p - (b[i]?.[j] ?? Number.NaN)))),
  );
}

for (const format of WEIGHT_FORMATS) {
  if (format === "f32") {
    continue;
  }
  test(`${format} predicts as f32 does, and alike on ${TARGETS.join(", ")}`, async () => {
    const f32 = await probabilities("f32", "host");
    const onHost = await probabilities(format, "host");
    assert.ok(onHost.bytes < 0.55 * f32.bytes, `${onHost.bytes} bytes of ${f32.bytes}`);
    const drift = furthest(onHost.values, f32.values);
    console.log(`figure: lenet5, ${format}: largest change of a probability ${drift}`);
    assert.ok(drift > 0 && drift <= DRIFT[format], `${drift}`);
    for (const target of TARGETS.slice(1)) {
      const there = await probabilities(format, target);
      const difference = furthest(there.values, onHost.values);
      console.log(`figure: lenet5, ${format}: ${target} against host ${difference}`);
      assert.ok(difference <= AGREEMENT, `${target}: ${difference}`);
    }
  });
}

test.run();
