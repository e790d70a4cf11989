/** `--activations f16`: which values become halves, at what scale, and what is refused. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { exactValues } from "../../codegen/src/ir/exactness.js";
import { type Graph, hasParameters } from "../../codegen/src/ir/graph.js";
import type { Tensor } from "../../codegen/src/ir/posterior.js";
import { runPasses } from "../../codegen/src/passes/passes.js";
import { generateWith, kernelsOf, unwrap } from "./support/generator.js";
import { dense, makeGraph, relu } from "./support/graphs.js";
import { runNetwork } from "./support/network.js";
import { packedBytes } from "./support/packed-bytes.js";
import { Random } from "./support/random.js";
import { randomNetwork } from "./support/random-network.js";
import { classifier } from "./support/small-models.js";

const TARGETS = ["cortex-a76", "cortex-m55"];

function lower(graph: Graph, target = "cortex-a76") {
  const options = { mode: "pfp", weights: "f32", tier: "accurate", activations: "f16" } as const;
  return runPasses(graph, { kernels: kernelsOf(target), ...options });
}

/** Layers whose values differ by orders of magnitude. */
function unevenNetwork(): Graph {
  const nodes = [
    dense("fc1", "input", [20, 30], 1),
    relu("relu1", "fc1"),
    dense("fc2", "relu1", [25, 20], 2),
    relu("relu2", "fc2"),
    dense("fc3", "relu2", [4, 25], 3),
  ];
  const factors: Record<string, number> = { fc1: 3000, fc2: 1e-4 };
  const uneven = nodes.map((node) => {
    if (!hasParameters(node)) {
      return node;
    }
    const { mean, sd } = node.parameters.weight;
    const factor = factors[node.name] ?? 1;
    const times = ({ shape, values }: Tensor): Tensor => ({
      shape,
      values: values.map((value) => factor * value),
    });
    const weight = { mean: times(mean), ...(sd === undefined ? {} : { sd: times(sd) }) };
    return { ...node, parameters: { ...node.parameters, weight } };
  });
  const labels = ["a", "b", "c", "d"];
  const graph = makeGraph([30], uneven, "fc3", { mean: [100], scale: [60] });
  return { ...graph, head: { kind: "classification", input: "fc3", labels } };
}

test("every layer reads what its source stores, and head and exact values are floats", () => {
  let halves = 0;
  for (let seed = 1; seed <= 200; seed++) {
    for (const target of TARGETS) {
      const graph = lower(randomNetwork(new Random(seed)), target);
      if (!graph.ok) {
        assert.equal(
          graph.diagnostics.map(({ code }) => code),
          ["no-halves"],
        );
        continue;
      }
      const { nodes, head } = graph.value;
      const exact = exactValues(graph.value);
      const dtypes = new Map(nodes.map(({ name, dtype = "f32" }) => [name, dtype]));
      for (const { name, op, inputs, dtype = "f32" } of nodes) {
        const [source = ""] = inputs;
        const read = op === "widen" ? "f16" : op === "narrow" ? "f32" : dtype;
        assert.ok(exact.has(source) || dtypes.get(source) === read, `seed ${seed}: ${name}`);
        assert.ok(dtype === "f32" || !exact.has(name), `seed ${seed}: ${name}`);
        halves += dtype === "f16" ? 1 : 0;
      }
      assert.is(dtypes.get(head.input), "f32");
    }
  }
  assert.ok(halves > 200, `${halves}`);
});

test("layers are scaled by powers of two, and the network computes what it did", () => {
  const graph = unevenNetwork();
  const lowered = unwrap(lower(graph));
  const input = Array.from({ length: 30 }, (_, i) => 100 + 60 * Math.sin(i));
  const [expected, scaled] = [runNetwork(graph, input), runNetwork(lowered, input)];
  // The passes divide by the scale first, which rounds.
  (expected.get("fc3") ?? []).forEach(([mean, variance], i) => {
    const [m = 0, v = 0] = scaled.get("fc3")?.[i] ?? [];
    assert.ok(Math.abs(m - mean) <= 1e-12 * Math.sqrt(variance), `${m} for ${mean}`);
    assert.ok(Math.abs(v - variance) <= 1e-12 * variance, `${v} for ${variance}`);
  });
  for (const name of ["fc1", "relu1", "fc2", "relu2"]) {
    const after = scaled.get(name) ?? [];
    const m2 = after.reduce((sum, [mean, variance]) => sum + mean ** 2 + variance, 0);
    const rms = Math.sqrt(m2 / after.length);
    assert.ok(rms > 0.3 && rms < 64, `${name}: ${rms}`);
  }
  for (const name of ["fc1", "fc2"]) {
    const before = expected.get(name) ?? [];
    const factors = scaled.get(name)?.map(([mean], i) => mean / (before[i]?.[0] ?? Number.NaN));
    const power = Math.round(Math.log2(factors?.[0] ?? Number.NaN));
    assert.ok(
      factors?.every((factor) => Math.abs(factor / 2 ** power - 1) < 1e-12),
      name,
    );
  }
  assert.equal([...lowered.input.scale], [16]);
});

test("kernels of dtype f16 read means of at most one, and variances of at most 1/32", () => {
  const values = Float64Array.from({ length: 300 }, (_, i) => 37 * Math.sin(i));
  const mean = { shape: [3, 100], values };
  const sd = { shape: [3, 100], values: values.map((value) => Math.abs(value) / 3) };
  const bytes = packedBytes("f16", { weight: { mean, sd } }, "f16");
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2).slice(64);
  const largest = [0, 0];
  words.forEach((bits, i) => {
    const part = i % 16 < 8 ? 0 : 1;
    largest[part] = Math.max(largest[part] ?? 0, bits & 0x7fff);
  });
  const [one, half, most, least] = [0x3c00, 0x3800, 0x2800, 0x2400];
  const [ofMeans = 0, ofVars = 0] = largest;
  assert.ok(ofMeans >= half && ofMeans <= one, ofMeans.toString(16));
  assert.ok(ofVars >= least && ofVars <= most, ofVars.toString(16));
});

test("what cannot be had with halves is refused, with a way out", () => {
  const codes = (options: object, target = "cortex-a76") => {
    const result = generateWith(classifier(), { activations: "f16", ...options }, target);
    return result.ok ? [] : result.diagnostics.map(({ code, path }) => `${code} ${path}`);
  };
  assert.equal(codes({ mode: "deterministic" }), ["bad-activations --activations"]);
  assert.equal(codes({ weights: "i8u8" }), ["bad-activations --weights"]);
  assert.equal(codes({}, "cortex-a53"), ["no-halves --activations"]);
});

test.run();
