import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Graph } from "../../codegen/src/ir/graph.js";
import { runPasses } from "../../codegen/src/passes/passes.js";
import { makePlan } from "../../codegen/src/plan/make-plan.js";
import { packPanels } from "../../codegen/src/plan/pack/f32.js";
import type { Plan } from "../../codegen/src/plan/plan.js";
import { planesFirst } from "../../codegen/src/plan/planes-first.js";
import { kernelsOf, unwrap } from "./support/generator.js";
import { dense, flatten, makeGraph, relu, tensor } from "./support/graphs.js";
import { runNetwork } from "./support/network.js";
import { runPlan } from "./support/plan-machine.js";
import { Random } from "./support/random.js";
import { randomNetwork } from "./support/random-network.js";

const targets = ["host", "cortex-a53", "cortex-m55"];

function planFor(graph: Graph, target: string, trace = false): Plan {
  const kernels = kernelsOf(target);
  const lowered = unwrap(
    runPasses(graph, { kernels, mode: "pfp", weights: "f32", tier: "accurate" }),
  );
  return unwrap(
    makePlan(lowered, kernels, { mode: "pfp", weights: "f32", tier: "accurate", points: 8, trace }),
  );
}

function assertNear(actual: readonly number[], expected: readonly number[], what: string) {
  const largest = Math.max(...expected.map(Math.abs), 1e-3);
  assert.is(actual.length, expected.length, what);
  actual.forEach((value, i) => {
    assert.ok(
      Math.abs(value - (expected[i] ?? Number.NaN)) <= 2e-6 * largest,
      `${what}: ${value} at ${i}, expected ${expected[i]}`,
    );
  });
}

test("plans of random networks compute what the networks do, wherever values are placed", () => {
  for (let seed = 1; seed <= 120; seed++) {
    const random = new Random(seed);
    const graph = randomNetwork(random);
    const size = graph.input.shape.reduce((product, extent) => product * extent, 1);
    const input = Array.from({ length: size }, () => 2 * random.uniform() - 1);
    const values = runNetwork(graph, input);
    const logits = values.get(graph.head.input) ?? [];
    for (const target of targets) {
      const plan = planFor(graph, target, seed % 3 === 0);
      const run = runPlan(plan, input);
      const what = `seed ${seed}, ${target}`;
      assertNear(
        run.logits.mean,
        logits.map(([mean]) => mean),
        `${what}, mean`,
      );
      assertNear(
        run.logits.var,
        logits.map(([, variance]) => variance),
        `${what}, var`,
      );
      if (run.covarianceInput !== undefined) {
        const last = graph.nodes.find(({ name }) => name === graph.head.input);
        const entering = values.get(last?.inputs[0] ?? "") ?? [];
        // Behind a flatten the order differs.
        const sorted = (of: readonly number[]) => [...of].sort((a, b) => a - b);
        const expected = sorted(entering.map(([, variance]) => variance));
        assertNear(sorted(run.covarianceInput.var), expected, `${what}, entering the last layer`);
      }
      if (plan.trace) {
        assert.equal(run.left, run.written, what);
      }
    }
  }
});

test("packs panels as pfp_kernels.h says", () => {
  const parameters = {
    weight: {
      mean: { shape: [3, 2], values: Float64Array.of(1, 2, 3, 4, 5, 6) },
      sd: { shape: [3, 2], values: Float64Array.of(0.5, 1, 2, 3, 4, 0) },
    },
    bias: {
      mean: { shape: [3], values: Float64Array.of(7, 8, 9) },
      sd: { shape: [3], values: Float64Array.of(0.25, 0, 10) },
    },
  };
  assert.equal(
    [...unwrap(packPanels("fc", parameters, 2))],
    [...[7, 8, 0.0625, 0, 1, 3, 0.25, 4, 2, 4, 1, 9], ...[9, 0, 100, 0, 5, 0, 16, 0, 6, 0, 0, 0]],
  );
});

test("turns weights that read H, W, C into ones that read planes", () => {
  const values = (...of: number[]) => Float64Array.from(of);
  const shape = [2, 6];
  const weight = { mean: { shape, values: values(0, 10, 1, 11, 2, 12, 20, 30, 21, 31, 22, 32) } };
  const { weight: turned, bias } = planesFirst({ weight }, 2);
  assert.equal(turned.mean.values, values(0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32));
  assert.is(turned.sd, undefined);
  assert.is(bias, undefined);
  const sd = { mean: weight.mean, sd: weight.mean };
  assert.equal(planesFirst({ weight: sd }, 2).weight.sd, turned.mean);
});

test("a dense layer that reads planes of the user's input gives what the network does", () => {
  const nodes = [flatten("f", "input"), dense("d", "f", [3, 32]), relu("r", "d")];
  const input = { mean: [0.25, -0.5], scale: [0.5, 2] };
  const graph: Graph = {
    ...makeGraph([2, 4, 4], [...nodes, dense("e", "r", [3, 3])], "e", input),
    head: { kind: "regression", input: "e", noiseSd: [0, 0, 0] },
  };
  const random = new Random(1);
  const pixels = Array.from({ length: 32 }, () => random.uniform());
  const plan = planFor(graph, "host");
  const expected = runNetwork(graph, pixels).get("e") ?? [];
  assert.is(plan.input.how, "direct");
  assertNear(
    runPlan(plan, pixels).logits.mean,
    expected.map(([mean]) => mean),
    "mean",
  );
});

test("packs a missing sd and a missing bias as zeros, and squares before it rounds", () => {
  const sd = { shape: [1, 1], values: Float64Array.of(0.1) };
  const weight = { mean: tensor([1, 1], 1) };
  assert.equal([...unwrap(packPanels("fc", { weight }, 1))].slice(0, 2), [0, 0]);
  assert.is(unwrap(packPanels("fc", { weight }, 1))[3], 0);
  assert.is(unwrap(packPanels("fc", { weight: { ...weight, sd } }, 1))[3], Math.fround(0.1 ** 2));
  const tiny = { shape: [1, 1], values: Float64Array.of(1e-30) };
  assert.is(unwrap(packPanels("fc", { weight: { ...weight, sd: tiny } }, 1))[3], 0);
});

function classifier(nodes: Graph["nodes"], input: string, classes: number): Graph {
  const labels = Array.from({ length: classes }, (_, i) => `${i}`);
  return { ...makeGraph([4], nodes, input), head: { kind: "classification", input, labels } };
}

test("logits covary when a dense layer of uncertain inputs gives them, and else not", () => {
  const first = dense("d", "input", [3, 4]);
  const level = (nodes: Graph["nodes"], input: string) => {
    const { head } = planFor(classifier(nodes, input, 3), "host");
    return head.kind === "classification" ? head.covariance.level : "";
  };
  assert.is(level([first, relu("r", "d"), dense("e", "r", [3, 3])], "e"), "last");
  assert.is(level([first, relu("r", "d")], "r"), "none");
  assert.is(level([first], "d"), "none");
});

test("a relu works in place, unless its input is still needed or traced", () => {
  const nodes = [dense("d", "input", [3, 4]), relu("r", "d"), dense("e", "r", [3, 3])];
  const alone = { ...classifier(nodes, "e", 3), layout: "hwc" } as const;
  const shared = { ...alone, nodes: [...nodes.slice(0, 2), dense("e", "d", [3, 3])] };
  const places = (graph: Graph, trace: boolean) => {
    const options = { mode: "pfp", weights: "f32", tier: "accurate", points: 8, trace } as const;
    const { layers } = unwrap(makePlan(graph, kernelsOf("host"), options));
    return layers.map(({ output }) => output.mean);
  };
  const [d, r] = places(alone, false);
  assert.is(d, r);
  assert.is(new Set(places(shared, false)).size, 3);
  assert.is(new Set(places(alone, true)).size, 3);
});

test("takes the kernels of the target's best instruction set, of form and tier", () => {
  const nodes = [dense("d", "input", [3, 4]), relu("r", "d"), dense("e", "r", [3, 3])];
  const symbols = (target: string) => {
    const { input, layers, head } = planFor(classifier(nodes, "e", 3), target);
    return [input, ...layers, head].map((step) => ("kernel" in step ? step.kernel.symbol : ""));
  };
  for (const target of targets) {
    const isa = { host: "x86", "cortex-a53": "neon", "cortex-m55": "helium" }[target];
    const ops = ["finite", "dense_det", "relu", "dense", "classify"];
    symbols(target).forEach((symbol, i) => {
      assert.match(symbol, new RegExp(`^pfp_${ops[i]}_f32(_\\d+x\\d+)?_${isa}$`));
    });
  }
});

test("says which kernel a target lacks", () => {
  const kernels = kernelsOf("host");
  const lacking = { ...kernels, kernels: kernels.kernels.filter(({ op }) => op !== "relu") };
  const nodes = [dense("d", "input", [3, 4]), relu("r", "d")];
  const lowered = unwrap(
    runPasses(classifier(nodes, "r", 3), {
      kernels: lacking,
      mode: "pfp",
      weights: "f32",
      tier: "fast",
    }),
  );
  const plan = makePlan(lowered, lacking, {
    mode: "pfp",
    weights: "f32",
    tier: "fast",
    points: 8,
    trace: false,
  });
  assert.equal(plan.ok ? [] : plan.diagnostics.map(({ code, path }) => `${code} ${path}`), [
    "no-kernel r",
  ]);
});

test.run();
