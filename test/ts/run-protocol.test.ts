import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeOutputs, encodeInputs, outputBytes } from "../../codegen/src/run/protocol.js";

/** An output file: magic, count, floats an image, the floats. */
function outputFile(count: number, perImage: number, floats: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + 4 * floats.length);
  const view = new DataView(bytes.buffer);
  [0x31504650, count, perImage].forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  floats.forEach((value, i) => {
    view.setFloat32(12 + 4 * i, value, true);
  });
  return bytes;
}

test("inputs: header and little-endian floats", () => {
  const bytes = encodeInputs([Float32Array.of(1, -2), Float32Array.of(0.5, 0)], 2);
  assert.is(
    Buffer.from(bytes).toString("hex"),
    `${"50465031"}${"02000000"}${"02000000"}${"0000803f"}${"000000c0"}${"0000003f"}${"00000000"}`,
  );
});

test("classification: mean, var, probability, three uncertainties, label", () => {
  const form = { head: "classification", outputs: 2 } as const;
  const bytes = outputFile(2, 10, [...Array(20).keys()]);
  assert.is(outputBytes(2, form), bytes.length);
  assert.equal(decodeOutputs(bytes, 2, form)?.[1], {
    mean: [10, 11],
    var: [12, 13],
    probability: [14, 15],
    label: 19,
    total: 16,
    aleatoric: 17,
    epistemic: 18,
  });
});

test("regression: five values an output", () => {
  const form = { head: "regression", outputs: 1 } as const;
  assert.equal(decodeOutputs(outputFile(1, 5, [1, 2, 3, 4, 5]), 1, form), [
    { mean: [1], var: [2], total: [3], aleatoric: [4], epistemic: [5] },
  ]);
});

test("a file that is cut, or of another model or run, is not read", () => {
  const form = { head: "regression", outputs: 1 } as const;
  const whole = outputFile(1, 5, [1, 2, 3, 4, 5]);
  assert.is(decodeOutputs(whole.subarray(0, -1), 1, form), undefined);
  assert.is(decodeOutputs(new Uint8Array(), 1, form), undefined);
  assert.is(decodeOutputs(whole, 2, form), undefined);
  assert.is(decodeOutputs(whole, 1, { head: "regression", outputs: 2 }), undefined);
  whole[0] = 0;
  assert.is(decodeOutputs(whole, 1, form), undefined);
});

test.run();
