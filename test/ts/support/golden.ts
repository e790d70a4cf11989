import { readFileSync } from "node:fs";
import { parse } from "npyjs";
import * as assert from "uvu/assert";
import type { Classification } from "../../../codegen/src/run/protocol.js";

/** Images of each set that have golden values: the float64 evaluation of train/. */
export const GOLDEN_COUNT = 1000;

/** The largest errors of logits: of a mean in its sd, and of a variance relative to it. */
export interface GoldenErrors {
  readonly mean: number;
  readonly var: number;
}

/** Compares the answers for the first images of a set, in order, with test/golden/. */
export function goldenErrors(
  model: string,
  set: string,
  answers: readonly Classification[],
): GoldenErrors {
  const expected = golden(model, set);
  let [mean, variance] = [0, 0];
  answers.forEach((answer, i) => {
    const [means, variances] = [expected(i, 0), expected(i, 1)];
    for (let c = 0; c < 10; c++) {
      const [m = Number.NaN, v = Number.NaN] = [means[c], variances[c]];
      mean = Math.max(mean, Math.abs((answer.mean[c] ?? Number.NaN) - m) / Math.sqrt(v));
      variance = Math.max(variance, Math.abs((answer.var[c] ?? Number.NaN) - v) / v);
    }
  });
  return { mean, var: variance };
}

/** [image][mean, var][class] */
function golden(model: string, set: string): (image: number, kind: 0 | 1) => Float32Array {
  const bytes = readFileSync(`test/golden/${model}-${set}.npy`);
  const { data, shape } = parse(Uint8Array.from(bytes).buffer);
  assert.equal([...shape], [GOLDEN_COUNT, 2, 10]);
  const values = Float32Array.from(data as Float32Array);
  return (image, kind) => values.subarray((2 * image + kind) * 10, (2 * image + kind + 1) * 10);
}
