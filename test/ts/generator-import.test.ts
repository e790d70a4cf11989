import { test } from "uvu";
import * as assert from "uvu/assert";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import type { LayerParameters } from "../../codegen/src/ir/posterior.js";
import {
  posteriorFile,
  safetensorsFile,
  type TensorSpec,
} from "../../scripts/posterior/posterior-file.js";
import { unwrap } from "./support/generator.js";
import { small, smallGraph } from "./support/small-models.js";

const denseGraph = {
  ...smallGraph,
  input: { shape: [2] },
  ops: [{ name: "fc1", op: "dense", inputs: ["input"] }],
};

function importDense(tensors: Record<string, TensorSpec>): LayerParameters {
  const [node] = unwrap(importPosterior(posteriorFile({ graph: denseGraph, tensors }))).nodes;
  if (node?.op !== "dense") {
    throw new Error("expected one dense layer");
  }
  return node.parameters;
}

/** Bit patterns of F16 and BF16, or numbers, with what they stand for. */
const stored = [
  { dtype: "F64", values: [0.1, -1e300], expected: [0.1, -1e300] },
  { dtype: "F32", values: [0.1, -3], expected: [Math.fround(0.1), -3] },
  { dtype: "F16", values: [0x3c00, 0xc500], expected: [1, -5] },
  { dtype: "F16", values: [0x7bff, 0x0001], expected: [65504, 2 ** -24] },
  { dtype: "F16", values: [0x03ff, 0x8000], expected: [1023 * 2 ** -24, -0] },
  { dtype: "F16", values: [0x3555, 0x0400], expected: [0.333251953125, 2 ** -14] },
  { dtype: "BF16", values: [0x3f80, 0xc0a0], expected: [1, -5] },
  { dtype: "BF16", values: [0x7f7f, 0x0001], expected: [3.3895313892515355e38, 2 ** -133] },
] as const;

for (const { dtype, values, expected } of stored) {
  test(`reads ${dtype} ${values.join(", ")}`, () => {
    const { weight } = importDense({ "fc1.weight.mean": { dtype, shape: [1, 2], values } });
    assert.ok(expected.every((value, i) => Object.is(weight.mean.values[i], value)));
  });
}

for (const bits of [0x7c00, 0xfc00, 0x7e01]) {
  test(`rejects the F16 ${bits.toString(16)}, which is no number`, () => {
    const tensors = {
      "fc1.weight.mean": { dtype: "F16", shape: [1, 2], values: [0, bits] },
    } as const;
    const result = importPosterior(posteriorFile({ graph: denseGraph, tensors }));
    assert.is(result.ok ? "" : result.diagnostics[0]?.code, "non-finite-value");
  });
}

test("leaves out what a file leaves out: bias, sd of the weight, sd of the bias", () => {
  const weight = { shape: [1, 2], values: [1, 2] };
  const bias = { shape: [1], values: [3] };
  assert.equal(Object.keys(importDense({ "fc1.weight.mean": weight })), ["weight"]);
  const exact = importDense({ "fc1.weight.mean": weight, "fc1.bias.mean": bias });
  assert.equal([Object.keys(exact.weight), Object.keys(exact.bias ?? {})], [["mean"], ["mean"]]);
  const sds = { "fc1.weight.sd": weight, "fc1.bias.sd": bias };
  const full = importDense({ "fc1.weight.mean": weight, "fc1.bias.mean": bias, ...sds });
  assert.equal(full.weight.sd?.values, Float64Array.of(1, 2));
  assert.equal(full.bias?.sd?.values, Float64Array.of(3));
});

test("reads the whole graph, defaults filled in", () => {
  const graph = unwrap(importPosterior(posteriorFile(small)));
  assert.is(graph.layout, "chw");
  assert.equal(graph.input, smallGraph.input);
  assert.equal(
    graph.nodes.map(({ name, op, inputs }) => ({ name, op, inputs })),
    smallGraph.ops.map(({ name, op, inputs }) => ({ name, op, inputs })),
  );
  const [conv1, , pool1] = graph.nodes;
  assert.equal(conv1?.op === "conv2d" && [conv1.stride, conv1.padding], [
    [1, 2],
    [1, 0, 1, 0],
  ]);
  assert.equal(pool1?.op === "maxpool2d" && pool1.stride, [2, 1]);
  const { input, head } = unwrap(
    importPosterior(
      posteriorFile({
        graph: { ...denseGraph, output: { head: "regression", input: "fc1", noise_sd: [0.5] } },
        tensors: { "fc1.weight.mean": { shape: [1, 2], values: [1, 2] } },
      }),
    ),
  );
  assert.equal(input, { shape: [2], mean: [0], scale: [1] });
  assert.equal(head, { kind: "regression", input: "fc1", noiseSd: [0.5] });
});

test("reads a file that lies anywhere in memory, its tensors in any order", () => {
  const entry = (begin: number, end: number) => {
    return { dtype: "F32", shape: [1, 2], data_offsets: [begin, end] };
  };
  const header = {
    "fc1.weight.sd": entry(8, 16),
    __metadata__: { pfp: JSON.stringify(denseGraph) },
    "fc1.weight.mean": entry(0, 8),
  };
  const data = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const file = safetensorsFile(`${JSON.stringify(header)}  `, data);
  const moved = new Uint8Array(file.length + 3);
  moved.set(file, 3);
  const [node] = unwrap(importPosterior(moved.subarray(3))).nodes;
  assert.ok(node?.op === "dense");
  assert.equal(node.parameters.weight.mean.values, Float64Array.of(1, 2));
  assert.equal(node.parameters.weight.sd?.values, Float64Array.of(3, 4));
});

test.run();
