import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import type { LayerParameters } from "../../codegen/src/ir/posterior.js";
import { packWeights } from "../../codegen/src/plan/pack/pack-weights.js";
import { edgeLayer, edges } from "./support/edge-layer.js";
import { unwrap } from "./support/generator.js";
import { goldenStoredWeights } from "./support/golden-stored.js";
import { packedBytes } from "./support/packed-bytes.js";
import { Random } from "./support/random.js";
import { drawLayer } from "./support/stored-layers.js";
import { panelBytes, type Unpacked, unpack } from "./support/unpack.js";

const formats = ["f16", "bf16", "i8u8", "i8u4"] as const;
type Format = (typeof formats)[number];

/** Sizes around panels of eight outputs and pairs of inputs. */
const sizes = [1, 7, 8, 9, 17].flatMap((out) =>
  [1, 2, 3, 4, 25].map((inputs): readonly [number, number] => [out, inputs]),
);

interface Case {
  readonly format: Format;
  readonly parameters: LayerParameters;
  readonly bytes: Uint8Array;
  readonly unpacked: Unpacked;
  readonly out: number;
  readonly inputs: number;
}

/** Every format, size and magnitude of layer. */
function* cases(): Generator<Case> {
  let seed = 1;
  for (const format of formats) {
    for (const [out, inputs] of sizes) {
      for (const magnitude of [1e-6, 0.05, 1, 1e5]) {
        const parameters = drawLayer(new Random(seed++), out, inputs, magnitude);
        const bytes = packedBytes(format, parameters);
        yield {
          format,
          parameters,
          bytes,
          unpacked: unpack(format, bytes, out, inputs),
          out,
          inputs,
        };
      }
    }
  }
}

/** The largest error of a mean, and of an sd unless it was clipped. */
function bounds(format: Format, mean: number, sd: number, scale: Unpacked["scales"][number]) {
  const rounding = 1 + 2 ** -20;
  const step = Math.sqrt(scale.var);
  switch (format) {
    case "f16":
      return {
        mean: Math.max(2 ** -11 * Math.abs(mean), 2 ** -25 * scale.mean),
        sd: Math.max(2 ** -11 * sd, Math.sqrt(2 ** -25 * scale.var)),
      };
    case "bf16":
      return {
        mean: rounding * Math.max(2 ** -8 * Math.abs(mean), 2 ** -133),
        sd: Math.max(2 ** -8 * sd, 2 ** -67),
      };
    default:
      // An sd is rounded up or down, whichever keeps the variance of those around it.
      return { mean: (rounding * scale.mean) / 2, sd: rounding * step };
  }
}

test("what is unpacked is next to what was packed", () => {
  for (const { format, parameters, unpacked, out, inputs } of cases()) {
    for (let i = 0; i < out * inputs; i++) {
      const output = Math.floor(i / inputs);
      const mean = parameters.weight.mean.values[i] ?? 0;
      const sd = parameters.weight.sd?.values[i] ?? 0;
      const scale = unpacked.scales[output] ?? { mean: 0, var: 0 };
      const bound = bounds(format, mean, sd, scale);
      const stored = {
        mean: unpacked.mean[output]?.[i % inputs] ?? Number.NaN,
        var: unpacked.var[output]?.[i % inputs] ?? Number.NaN,
      };
      const what = `${format} ${out}x${inputs} weight ${i}`;
      assert.ok(
        Math.abs(stored.mean - mean) <= bound.mean,
        `${what}: mean ${stored.mean}, packed ${mean}`,
      );
      const clipped = format === "i8u4" && stored.var === 225 * scale.var && sd ** 2 > stored.var;
      assert.ok(
        clipped || Math.abs(Math.sqrt(stored.var) - sd) <= bound.sd * (1 + 2 ** -20),
        `${what}: sd ${Math.sqrt(stored.var)}, packed ${sd}`,
      );
      assert.ok(sd > 0 || stored.var === 0, `${what}: an sd of zero stays zero`);
    }
  }
});

test("biases are floats, and what fills up the last panel is zero", () => {
  for (const { format, parameters, unpacked, out, inputs } of cases()) {
    const what = `${format} ${out}x${inputs}`;
    const { mean, sd } = parameters.bias ?? { mean: { values: new Float64Array(out) } };
    assert.equal(unpacked.biasMean, [...mean.values].map(Math.fround), what);
    assert.equal(
      unpacked.biasVar,
      [...(sd?.values ?? new Float64Array(out))].map((value) => Math.fround(value ** 2)),
      what,
    );
    assert.ok(
      unpacked.padding.every((value) => Object.is(value, 0) || Object.is(value, -0)),
      what,
    );
  }
});

test("panels have the sizes of pfp_kernels.h", () => {
  for (const { format, bytes, out, inputs } of cases()) {
    assert.is(bytes.length, Math.ceil(out / 8) * panelBytes(format, inputs));
    assert.is(bytes.length % 4, 0);
  }
});

test("the largest mean and sd of an output take the whole range", () => {
  for (const { format, parameters, unpacked, inputs } of cases()) {
    if (format !== "i8u8" && format !== "i8u4") {
      continue;
    }
    unpacked.scales.forEach((scale, output) => {
      const row = parameters.weight.mean.values.subarray(output * inputs, (output + 1) * inputs);
      const steps = (unpacked.mean[output] ?? []).map((mean) => Math.round(mean / scale.mean));
      if (row.some((mean) => mean !== 0)) {
        assert.is(Math.max(...steps.map(Math.abs)), 127);
      }
      const sds = (unpacked.var[output] ?? []).map((v) => Math.round(Math.sqrt(v / scale.var)));
      if ((unpacked.var[output] ?? []).some((v) => v !== 0)) {
        assert.is(Math.max(...sds), format === "i8u8" ? 255 : 15);
      }
    });
  }
});

test("four-bit sds keep the variance of a layer", () => {
  const parameters = drawLayer(new Random(5), 16, 400, 0.05);
  const bytes = packedBytes("i8u4", parameters);
  const unpacked = unpack("i8u4", bytes, 16, 400);
  unpacked.var.forEach((row, output) => {
    const packed = parameters.weight.sd?.values.subarray(400 * output, 400 * (output + 1)) ?? [];
    const want = [...packed].reduce((sum, sd) => sum + sd ** 2, 0);
    const got = row.reduce((sum, variance) => sum + variance, 0);
    assert.ok(Math.abs(got / want - 1) < 0.02, `output ${output}: ${got} of ${want}`);
  });
});

test("sds far below the largest of their output keep their variance together", () => {
  const small = 0.004;
  for (const [format, steps] of [
    ["i8u8", 255],
    ["i8u4", 15],
  ] as const) {
    const { weight } = drawLayer(new Random(6), 1, 4000, 1);
    const sd = Float64Array.from({ length: 4000 }, (_, i) => (i === 1000 ? 1 : small * (i % 2)));
    const bytes = packedBytes(format, {
      weight: { ...weight, sd: { shape: [1, 4000], values: sd } },
    });
    const [row = []] = unpack(format, bytes, 1, 4000).var;
    const got = row.reduce((sum, variance, i) => sum + (i === 1000 ? 0 : variance), 0);
    const want = 2000 * small ** 2;
    // Half of the largest difference of two squares that their sds lie between.
    const bound = Math.max(1, 2 * Math.ceil(small * steps) - 1) / 2 / steps ** 2;
    assert.ok(Math.abs(got - want) <= bound * (1 + 2 ** -20), `${format}: ${got} of ${want}`);
  }
});

test("exact weights, of which no sd is given, have variances of zero", () => {
  for (const format of formats) {
    const { weight } = drawLayer(new Random(3), 9, 5, 1);
    const bytes = packedBytes(format, { weight: { mean: weight.mean } });
    const { var: variances, biasMean } = unpack(format, bytes, 9, 5);
    assert.ok(variances.flat().every((variance) => variance === 0));
    assert.ok(biasMean.every((mean) => mean === 0));
  }
});

test("f32 is packed as floats of the kernel's panels", () => {
  const parameters = drawLayer(new Random(7), 3, 2, 1);
  const kernel = { form: "general", dtype: "f32", weights: "f32", outputs: 4 } as const;
  const packed = unwrap(packWeights("layer", parameters, kernel));
  assert.instance(packed, Float32Array);
  assert.is(packed.length, 8 * 3);
  assert.is(packed[0], Math.fround(parameters.bias?.mean.values[0] ?? 0));
  assert.is(packed[8], Math.fround(parameters.weight.mean.values[0] ?? 0));
});

test("compact formats are packed alike for every tile", () => {
  const parameters = drawLayer(new Random(7), 9, 5, 1);
  for (const format of formats) {
    const kernel = { form: "det", dtype: "f32", weights: format, outputs: 8 } as const;
    const ofSix = unwrap(packWeights("layer", parameters, { ...kernel, outputs: 6 }));
    assert.equal(ofSix, unwrap(packWeights("layer", parameters, kernel)));
  }
});

test("weights at the edges of a format stay finite, and next to what was packed", () => {
  for (const format of formats) {
    for (const inputs of [1, 6, 7]) {
      const { weight } = edgeLayer(inputs);
      const bytes = packedBytes(format, { weight });
      const unpacked = unpack(format, bytes, edges.length, inputs);
      edges.forEach((edge, output) => {
        for (let k = 0; k < inputs; k++) {
          const mean = weight.mean.values[output * inputs + k] ?? Number.NaN;
          const sd = weight.sd?.values[output * inputs + k] ?? Number.NaN;
          const scale = unpacked.scales[output] ?? { mean: 0, var: 0 };
          const stored = {
            mean: Math.fround(unpacked.mean[output]?.[k] ?? Number.NaN),
            var: Math.fround(unpacked.var[output]?.[k] ?? Number.NaN),
          };
          const what = `${format}, ${edge}, weight ${k} of ${inputs}: `;
          assert.ok(Number.isFinite(stored.mean) && Number.isFinite(stored.var), what);
          const bound = bounds(format, mean, sd, scale);
          // Where nothing is left of a row, its values were smaller than a step of normal floats.
          const lost = { mean: 127 * 2 ** -126, sd: 255 * 2 ** -63 };
          const clipped = format === "i8u4" && sd ** 2 > stored.var && stored.var > 224 * scale.var;
          assert.ok(
            Math.abs(stored.mean - mean) <= Math.max(bound.mean, scale.mean === 0 ? lost.mean : 0),
            `${what}mean ${stored.mean}, packed ${mean}`,
          );
          const sdBound = Math.max(bound.sd * (1 + 2 ** -20), scale.var === 0 ? lost.sd : 0);
          assert.ok(
            clipped || Math.abs(Math.sqrt(stored.var) - sd) <= sdBound,
            `${what}sd ${Math.sqrt(stored.var)}, packed ${sd}`,
          );
        }
      });
    }
  }
});

test("what exceeds the largest float is a problem that names the layer", () => {
  for (const format of ["f32", ...formats] as const) {
    for (const part of ["mean", "sd"] as const) {
      const parameters = drawLayer(new Random(1), 8, 4, 1);
      parameters.weight[part]?.values.set([part === "mean" ? 1e39 : 1e20], 9);
      const kernel = { form: "general", dtype: "f32", weights: format, outputs: 8 } as const;
      const packed = packWeights("fc1", parameters, kernel);
      assert.equal(packed.ok ? [] : packed.diagnostics.map(({ code, path }) => `${code} ${path}`), [
        "weight-overflow fc1",
      ]);
    }
  }
});

test("compact formats take no mean whose square exceeds the largest float", () => {
  for (const format of ["f32", ...formats] as const) {
    const parameters = drawLayer(new Random(1), 8, 4, 1);
    parameters.weight.mean.values.set([2 ** 64], 9);
    const kernel = { form: "general", dtype: "f32", weights: format, outputs: 8 } as const;
    assert.is(packWeights("fc1", parameters, kernel).ok, format === "f32");
  }
});

test("LeNet-5 fits: 129.5 kB with uint8 sds, 98.5 kB with four bits", () => {
  const graph = unwrap(importPosterior(readFileSync("models/lenet5.safetensors")));
  const bytes = (format: Format) =>
    graph.nodes
      .flatMap((node) => (node.op === "dense" || node.op === "conv2d" ? [node] : []))
      .map(({ parameters }) => packedBytes(format, parameters).length)
      .reduce((sum, length) => sum + length, 0);
  assert.is(bytes("i8u8"), 128_976);
  assert.is(bytes("i8u4"), 97_728);
});

test("test/golden/stored_weights.h holds what the packers give", () => {
  const golden = readFileSync("test/golden/stored_weights.h", "utf8");
  assert.ok(
    golden === goldenStoredWeights(),
    "run node --import tsx test/golden/stored-weights.ts",
  );
});

test.run();
