import { test } from "uvu";
import * as assert from "uvu/assert";
import { exactValues } from "../../codegen/src/ir/exactness.js";
import type { Graph, Node } from "../../codegen/src/ir/graph.js";
import type { KernelTable } from "../../codegen/src/ir/kernel-table.js";
import type { Draw } from "../../codegen/src/ir/sampling.js";
import { shapesOf } from "../../codegen/src/ir/shapes.js";
import { channelsLast } from "../../codegen/src/passes/channels-last.js";
import { drawFromPosterior } from "../../codegen/src/passes/draw-from-posterior.js";
import { foldInputScale } from "../../codegen/src/passes/fold-input-scale.js";
import { fusePoolRelu } from "../../codegen/src/passes/fuse-pool-relu.js";
import type { Pass } from "../../codegen/src/passes/pass.js";
import { passes } from "../../codegen/src/passes/passes.js";
import { poolBeforeRelu } from "../../codegen/src/passes/pool-before-relu.js";
import { kernelsOf, unwrap } from "./support/generator.js";
import { conv2d, dense, flatten, makeGraph, maxpool2d, relu, wiring } from "./support/graphs.js";

const kernels = kernelsOf("host");

function run(pass: Pass, graph: Graph, table: KernelTable = kernels): Graph {
  return unwrap(pass.run(graph, { kernels: table, mode: "pfp", weights: "f32", tier: "accurate" }));
}

function parametersOf(graph: Graph, name: string) {
  const node = graph.nodes.find((candidate) => candidate.name === name);
  if (node === undefined || !("parameters" in node)) {
    throw new Error(`${name} has no parameters`);
  }
  return node.parameters;
}

test("the passes run in this order", () => {
  assert.equal(
    passes.map(({ name }) => name),
    [
      ...["validate", "apply-calibration", "posterior-means", "draw-from-posterior"],
      ...[
        "fold-input-scale",
        "pool-before-relu",
        "fuse-pool-relu",
        "channels-last",
        "fuse-conv-pool-relu",
      ],
      ...["store-halves", "scale-halves"],
    ],
  );
});

test("draws weights where they are, and activations before anything reads them", () => {
  const nodes = [conv2d("c", "input", [2, 1, 3, 3]), maxpool2d("p", "c"), relu("r", "p")];
  const graph = makeGraph([1, 8, 8], nodes, "r");
  const draw = (draw: Draw) =>
    unwrap(
      drawFromPosterior.run(graph, {
        ...{ kernels, mode: "sampled", weights: "f32", tier: "accurate" },
        sampling: { samples: 2, draw },
      }),
    );
  assert.equal(wiring(draw("activations")), [
    ...["c = conv2d(input)", "c drawn = reparameterize(c)", "p = maxpool2d(c drawn)"],
    ...["r = relu(p)", "head(r)"],
  ]);
  for (const [way, drawn] of [
    ["weights", "each pass"],
    ["beforehand", "beforehand"],
  ] as const) {
    assert.equal(wiring(draw(way)), wiring(graph));
    const [conv] = draw(way).nodes;
    assert.is(conv?.op === "conv2d" && conv.drawn, drawn);
    assert.ok(exactValues(draw(way)).has("r"));
  }
  assert.equal(wiring(run(drawFromPosterior, graph)), wiring(graph));
});

/** Rewritings with the wiring they leave. */
const rewritings: {
  name: string;
  pass: Pass;
  shape: number[];
  nodes: Node[];
  head: string;
  expected: string[];
}[] = [
  {
    name: "turns relu -> maxpool2d round",
    pass: poolBeforeRelu,
    shape: [1, 4, 4],
    nodes: [relu("r", "input"), maxpool2d("p", "r"), flatten("f", "p")],
    head: "f",
    expected: ["p = maxpool2d(input)", "r = relu(p)", "f = flatten(r)", "head(f)"],
  },
  {
    name: "moves one relu behind two poolings, and lets the head follow",
    pass: poolBeforeRelu,
    shape: [1, 8, 8],
    nodes: [relu("r", "input"), maxpool2d("p", "r"), maxpool2d("q", "p")],
    head: "q",
    expected: ["p = maxpool2d(input)", "q = maxpool2d(p)", "r = relu(q)", "head(r)"],
  },
  {
    name: "keeps a relu that another op reads too",
    pass: poolBeforeRelu,
    shape: [1, 4, 4],
    nodes: [relu("r", "input"), maxpool2d("p", "r"), flatten("f", "r")],
    head: "f",
    expected: ["r = relu(input)", "p = maxpool2d(r)", "f = flatten(r)", "head(f)"],
  },
  {
    name: "keeps a relu that the head reads too",
    pass: poolBeforeRelu,
    shape: [1, 4, 4],
    nodes: [relu("r", "input"), maxpool2d("p", "r")],
    head: "r",
    expected: ["r = relu(input)", "p = maxpool2d(r)", "head(r)"],
  },
  {
    name: "lets all readers of a turned pooling read the relu",
    pass: poolBeforeRelu,
    shape: [1, 4, 4],
    nodes: [relu("r", "input"), maxpool2d("p", "r"), flatten("f", "p"), flatten("g", "p")],
    head: "g",
    expected: [
      "p = maxpool2d(input)",
      "r = relu(p)",
      "f = flatten(r)",
      "g = flatten(r)",
      "head(g)",
    ],
  },
  {
    name: "fuses maxpool2d and relu",
    pass: fusePoolRelu,
    shape: [1, 8, 8],
    nodes: [maxpool2d("p", "input"), relu("r", "p"), maxpool2d("q", "r"), relu("s", "q")],
    head: "s",
    expected: ["p+r = maxpool2d_relu(input)", "q+s = maxpool2d_relu(p+r)", "head(q+s)"],
  },
  {
    name: "does not fuse a pooling that another op reads too",
    pass: fusePoolRelu,
    shape: [1, 4, 4],
    nodes: [maxpool2d("p", "input"), relu("r", "p"), flatten("f", "p")],
    head: "r",
    expected: ["p = maxpool2d(input)", "r = relu(p)", "f = flatten(p)", "head(r)"],
  },
  {
    name: "does not fuse a pooling that the head reads too",
    pass: fusePoolRelu,
    shape: [1, 4, 4],
    nodes: [maxpool2d("p", "input"), relu("r", "p")],
    head: "p",
    expected: ["p = maxpool2d(input)", "r = relu(p)", "head(p)"],
  },
  {
    name: "drops flatten wherever it stands",
    pass: channelsLast,
    shape: [2, 2, 2],
    nodes: [
      flatten("f", "input"),
      relu("r", "f"),
      flatten("g", "r"),
      dense("d", "g", [3, 8]),
      dense("e", "f", [3, 8]),
    ],
    head: "d",
    expected: ["r = relu(input)", "d = dense(r)", "e = dense(input)", "head(d)"],
  },
];

for (const { name, pass, shape, nodes, head, expected } of rewritings) {
  test(name, () => {
    const rewritten = run(pass, makeGraph(shape, nodes, head));
    assert.equal(wiring(rewritten), expected);
    shapesOf(rewritten);
  });
}

test("fuses only where the target has a kernel of the form and the tier", () => {
  const graph = makeGraph(
    [1, 8, 8],
    [
      maxpool2d("p", "input"),
      relu("r", "p"),
      conv2d("c", "r", [1, 1, 1, 1]),
      maxpool2d("q", "c"),
      relu("s", "q"),
    ],
    "s",
  );
  const without = (form: string) => ({
    ...kernels,
    kernels: kernels.kernels.filter(
      (kernel) => kernel.op !== "maxpool2d_relu" || kernel.form !== form,
    ),
  });
  const names = (table: KernelTable) =>
    run(fusePoolRelu, graph, table).nodes.map(({ name }) => name);
  assert.equal(names(kernels), ["p+r", "c", "q+s"]);
  assert.equal(names(without("det")), ["p", "r", "c", "q+s"]);
  assert.equal(names(without("general")), ["p+r", "c", "q", "s"]);
});

test("folds a scale per channel into a convolution, mean and sd, not into the bias", () => {
  const graph = makeGraph([2, 3, 3], [conv2d("c", "input", [2, 2, 1, 2])], "c", { scale: [2, 4] });
  const folded = run(foldInputScale, graph);
  const [before, after] = [parametersOf(graph, "c"), parametersOf(folded, "c")];
  const divisors = [2, 2, 4, 4, 2, 2, 4, 4];
  const divide = (values: Float64Array | undefined) =>
    values?.map((x, i) => x / (divisors[i] ?? 0));
  assert.equal(after.weight.mean.values, divide(before.weight.mean.values));
  assert.equal(after.weight.sd?.values, divide(before.weight.sd?.values));
  assert.equal(after.bias, before.bias);
  assert.equal(folded.input.scale, [1]);
});

test("folds the scale along every path, through pooling, relu and flatten, once", () => {
  const nodes = [
    conv2d("c", "input", [1, 2, 1, 1]),
    maxpool2d("p", "input", [1, 2]),
    relu("r", "p"),
    flatten("f", "r"),
    dense("first", "f", [3, 4]),
    dense("second", "first", [2, 3]),
  ];
  const graph = makeGraph([2, 2, 2], nodes, "second", { scale: [2, 4] });
  const folded = run(foldInputScale, graph);
  const ratios = (name: string) => {
    const before = parametersOf(graph, name).weight.mean.values;
    const after = parametersOf(folded, name).weight.mean.values;
    return Array.from(after, (value, i) => (before[i] ?? 0) / value);
  };
  assert.equal(ratios("c"), [2, 4]);
  assert.equal(ratios("first"), [2, 2, 4, 4, 2, 2, 4, 4, 2, 2, 4, 4]);
  assert.equal(ratios("second"), [1, 1, 1, 1, 1, 1]);
});

test("one scale serves all channels, and all elements of a flat input", () => {
  for (const scale of [[4], [4, 4, 4]]) {
    const graph = makeGraph([3], [dense("d", "input", [1, 3])], "d", { scale });
    const values = parametersOf(run(foldInputScale, graph), "d").weight.mean.values;
    assert.equal(
      values,
      parametersOf(graph, "d").weight.mean.values.map((x) => x / 4),
    );
  }
});

test("channels go last in the weights of convolutions and of layers behind a flatten", () => {
  const nodes = [
    conv2d("c", "input", [1, 2, 1, 3]),
    flatten("f", "input"),
    dense("d", "f", [1, 8]),
    dense("e", "d", [2, 1]),
  ];
  const numbered = nodes.map((node) => {
    if (!("parameters" in node)) {
      return node;
    }
    const { shape, values } = node.parameters.weight.mean;
    const weight = { mean: { shape, values: values.map((_, i) => i) } };
    return { ...node, parameters: { weight } };
  });
  const last = run(channelsLast, makeGraph([2, 1, 4], numbered, "e"));
  const weight = (name: string) => parametersOf(last, name).weight.mean;
  assert.equal(weight("c"), { shape: [1, 1, 3, 2], values: Float64Array.of(0, 3, 1, 4, 2, 5) });
  assert.equal(weight("d"), {
    shape: [1, 8],
    values: Float64Array.of(0, 4, 1, 5, 2, 6, 3, 7),
  });
  assert.equal(weight("e"), { shape: [2, 1], values: Float64Array.of(0, 1) });
  assert.is(last.layout, "hwc");
});

test("a head may read flattened planes of one element or one channel", () => {
  const of = (shape: number[]) => makeGraph(shape, [flatten("f", "input")], "f");
  assert.equal(wiring(run(channelsLast, of([5, 1, 1]))), ["head(input)"]);
  assert.equal(wiring(run(channelsLast, of([1, 2, 3]))), ["head(input)"]);
});

test.run();
