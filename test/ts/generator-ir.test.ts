import { test } from "uvu";
import * as assert from "uvu/assert";
import { dump } from "../../codegen/src/ir/dump.js";
import { exactValues } from "../../codegen/src/ir/exactness.js";
import { inferShapes, shapesOf } from "../../codegen/src/ir/shapes.js";
import { summarize } from "../../codegen/src/ir/summary.js";
import { findCycle, topologicalOrder } from "../../codegen/src/ir/topology.js";
import { posteriorMeans } from "../../codegen/src/passes/posterior-means.js";
import { graphOf, kernelsOf, unwrap } from "./support/generator.js";
import { conv2d, dense, flatten, makeGraph, maxpool2d, relu } from "./support/graphs.js";
import { small } from "./support/small-models.js";

test("infers shapes of strided, padded, rectangular windows, remainders cut off", () => {
  const nodes = [
    conv2d("conv", "input", [5, 3, 3, 2], { stride: [2, 3], padding: [1, 0, 2, 1] }),
    maxpool2d("pool", "conv", [2, 1], [3, 2]),
    relu("relu", "pool"),
    flatten("flat", "relu"),
    dense("fc", "flat", [7, 20]),
  ];
  const shapes = shapesOf(makeGraph([3, 9, 10], nodes, "fc"));
  assert.equal(
    [...shapes],
    [
      ["input", [3, 9, 10]],
      ["conv", [5, 5, 4]],
      ["pool", [5, 2, 2]],
      ["relu", [5, 2, 2]],
      ["flat", [20]],
      ["fc", [7]],
    ],
  );
});

test("reports every layer that does not fit, and passes over those behind it", () => {
  const nodes = [
    dense("wrong", "input", [2, 5]),
    dense("behind", "wrong", [2, 9]),
    relu("fine", "input"),
    maxpool2d("flat", "fine"),
  ];
  const result = inferShapes(makeGraph([4], nodes, "behind"));
  assert.equal(result.ok ? [] : result.diagnostics.map(({ path }) => path), ["wrong", "flat"]);
});

test("keeps the given order where it may", () => {
  const nodes = [relu("c", "b"), relu("x", "input"), relu("b", "a"), relu("a", "input")];
  assert.equal(
    topologicalOrder(nodes).map(({ name }) => name),
    ["x", "a", "b", "c"],
  );
  assert.equal(findCycle(nodes), []);
});

test("finds the cycle behind which others wait", () => {
  const nodes = [relu("tail", "b"), relu("a", "c"), relu("b", "a"), relu("c", "b")];
  assert.equal(findCycle(nodes), ["b", "c", "a", "b"]);
});

test("values are exact until the first weight", () => {
  const nodes = [
    maxpool2d("pool", "input"),
    relu("relu", "pool"),
    conv2d("conv", "relu", [1, 1, 1, 1]),
    relu("after", "conv"),
  ];
  const graph = makeGraph([1, 4, 4], nodes, "after");
  assert.equal([...exactValues(graph)], ["input", "pool", "relu"]);
  const means = unwrap(
    posteriorMeans.run(graph, {
      kernels: kernelsOf("host"),
      tier: "accurate",
      mode: "deterministic",
      weights: "f32",
    }),
  );
  assert.equal([...exactValues(means)], ["input", "pool", "relu", "conv", "after"]);
});

test("dumps a graph", () => {
  assert.is(
    dump(graphOf(small)),
    `small: classification of 3 from 'fc1', 96 parameters, 468 multiply-adds

layer  op         reads  shape      weights  sd min..median..max  |mean|/sd  attributes
input                    [2, 4, 6]                                           (x - [0.5, 0.25]) / [0.5, 2]
conv1  conv2d     input  [3, 4, 2]  57       0.05..0.149..0.25    4.44       3x3, stride 1x2, padding 1,0,1,0
relu1  relu       conv1  [3, 4, 2]
pool1  maxpool2d  relu1  [3, 2, 2]                                           2x1, stride 2x1
flat   flatten    pool1  [12]
fc1    dense      flat   [3]        39       0.05..0.16..0.25     4.35
`,
  );
});

test("warns of a posterior without any sd", () => {
  const means = Object.entries(small.tensors).filter(([name]) => !name.endsWith("weight.sd"));
  const text = dump(graphOf({ ...small, tensors: Object.fromEntries(means) }));
  assert.match(text, "57       weight exact");
  assert.match(text, /\n\nwarning: no weight has a standard deviation/);
  assert.not.match(dump(graphOf(small)), "warning");
});

test("summarises standard deviations and counts", () => {
  const { layers, parameters, multiply_adds } = summarize(graphOf(small));
  const [conv1] = layers;
  const { values } = small.tensors["conv1.weight.sd"] ?? { values: [] };
  const sds = values.map(Math.fround).sort((a, b) => a - b);
  assert.is(conv1?.weight_sd?.min, sds[0]);
  assert.is(conv1?.weight_sd?.median, sds[27]);
  assert.is(conv1?.weight_sd?.max, sds[53]);
  assert.is(conv1?.parameters, 3 * 2 * 3 * 3 + 3);
  assert.is(conv1?.multiply_adds, 3 * 2 * 3 * 3 * 4 * 2);
  assert.is(parameters, 57 + 39);
  assert.is(multiply_adds, 432 + 36);
});

test.run();
