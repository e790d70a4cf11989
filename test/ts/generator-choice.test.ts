/** Kernels are taken only where what they need holds: over random networks. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { directReader } from "../../codegen/src/ir/direct-input.js";
import { estimate } from "../../codegen/src/ir/estimate.js";
import { exactValues } from "../../codegen/src/ir/exactness.js";
import { findKernel, rankKernels } from "../../codegen/src/ir/find-kernel.js";
import type { Graph } from "../../codegen/src/ir/graph.js";
import {
  type Kernel,
  type KernelCosts,
  type KernelRequest,
  type KernelTable,
  type Tier,
  WEIGHT_FORMATS,
  type WeightFormat,
  type WeightMemory,
} from "../../codegen/src/ir/kernel-table.js";
import type { ShapeFields } from "../../codegen/src/ir/work.js";
import { passes, runPasses } from "../../codegen/src/passes/passes.js";
import { makePlan } from "../../codegen/src/plan/make-plan.js";
import { calledKernels } from "../../codegen/src/plan/plan.js";
import { targets } from "../../codegen/src/target/targets.js";
import { kernelsOf, unwrap } from "./support/generator.js";
import { conv2d, dense, flatten, makeGraph, maxpool2d, relu, wiring } from "./support/graphs.js";
import { Random } from "./support/random.js";
import { randomNetwork } from "./support/random-network.js";

const NETWORKS = 150;

/** A table that prefers, for every convolution, a kernel that needs planes of one channel. */
function withPlanar(table: KernelTable): KernelTable {
  const kernels = table.kernels.flatMap((kernel): Kernel[] =>
    kernel.op.startsWith("conv2d")
      ? [{ ...kernel, symbol: `${kernel.symbol}_planar`, needs: "planar" }, kernel]
      : [kernel],
  );
  return { ...table, kernels };
}

/** A table that prefers kernels for other weights than those that are packed. */
function withFormats(table: KernelTable): KernelTable {
  const kernels = table.kernels.flatMap((kernel): Kernel[] =>
    kernel.weights === "f32"
      ? [{ ...kernel, symbol: `${kernel.symbol}_i8u8`, weights: "i8u8" }, kernel]
      : [kernel],
  );
  return { ...table, kernels };
}

function planOf(graph: Graph, kernels: KernelTable, tier: Tier) {
  const lowered = unwrap(runPasses(graph, { mode: "pfp", weights: "f32", kernels, tier }));
  return {
    lowered,
    plan: unwrap(
      makePlan(lowered, kernels, { mode: "pfp", weights: "f32", tier, points: 8, trace: false }),
    ),
  };
}

test("no kernel is taken whose form, tier, weights or needs do not fit", () => {
  let [planar, notPlanar] = [0, 0];
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const graph = randomNetwork(new Random(seed));
    const tier = seed % 2 === 0 ? "fast" : "accurate";
    for (const { name: target, isas } of targets) {
      const table = withPlanar(withFormats(kernelsOf(target)));
      const { lowered, plan } = planOf(graph, table, tier);
      const exact = exactValues(lowered);
      for (const { name, op, source, kernel, shape } of plan.layers) {
        const what = `seed ${seed}, ${target}, ${name}: ${kernel.symbol}`;
        assert.is(kernel.op, op, what);
        assert.is(kernel.form, exact.has(source) ? "det" : "general", what);
        const { in_c } = shape?.fields ?? {};
        assert.is(kernel.needs === "planar", in_c === 1, what);
        planar += in_c === 1 ? 1 : 0;
        notPlanar += in_c !== undefined && in_c > 1 ? 1 : 0;
      }
      for (const { symbol, tier: needed, weights, isa } of calledKernels(plan)) {
        assert.ok(needed === "any" || needed === tier, symbol);
        assert.ok(weights === "none" || weights === "f32", symbol);
        assert.ok(isas.includes(isa), symbol);
      }
    }
  }
  assert.ok(planar > 100 && notPlanar > 100, `${planar} planar, ${notPlanar} not`);
});

/** A graph after all passes but the check of the imported one, which wants a flat head. */
function lower(graph: Graph, kernels: KernelTable, weights: WeightFormat = "f32"): Graph {
  const [, ...rest] = passes;
  return rest.reduce(
    (now, pass) => unwrap(pass.run(now, { mode: "pfp", weights, kernels, tier: "accurate" })),
    graph,
  );
}

const triple = [conv2d("c", "input", [4, 3, 3, 3]), maxpool2d("p", "c"), relu("r", "p")];
const behind = [conv2d("d", "r", [4, 4, 1, 1]), maxpool2d("q", "d"), relu("s", "q")];

function fusedNames(table: KernelTable, weights?: WeightFormat): string[] {
  const graph = makeGraph([3, 10, 10], [...triple, ...behind], "s");
  return lower(graph, table, weights).nodes.map(({ name }) => name);
}

function without(isGone: (kernel: Kernel) => boolean): KernelTable {
  const table = kernelsOf("host");
  return { ...table, kernels: table.kernels.filter((kernel) => !isGone(kernel)) };
}

test("a convolution is fused where the target has the kernel", () => {
  const isFused = ({ op }: Kernel) => op === "conv2d_maxpool2d_relu";
  const both = ["c+p+r", "d+q+s"];
  const apart = [
    ["c", "p+r"],
    ["d", "q+s"],
  ];
  assert.equal(fusedNames(kernelsOf("host")), both);
  assert.equal(fusedNames(without(isFused)), apart.flat());
  const inForm = (form: string) => (kernel: Kernel) => isFused(kernel) && kernel.form === form;
  assert.equal(fusedNames(without(inForm("det"))), [...(apart[0] ?? []), "d+q+s"]);
  assert.equal(fusedNames(without(inForm("general"))), ["c+p+r", ...(apart[1] ?? [])]);
  assert.equal(
    fusedNames(without((kernel) => isFused(kernel) && kernel.tier === "accurate")),
    apart.flat(),
  );
});

test("every target fuses a convolution in every format of weights", () => {
  for (const { name: target } of targets) {
    for (const weights of WEIGHT_FORMATS) {
      assert.equal(fusedNames(kernelsOf(target), weights), ["c+p+r", "d+q+s"], target);
    }
  }
});

test("a convolution is not fused by a kernel of a lesser instruction set", () => {
  const table = kernelsOf("host");
  const better = table.kernels
    .filter(({ op, form }) => op === "conv2d" && form === "general")
    .map((kernel) => ({ ...kernel, isa: "better" }));
  const kernels = [...better, ...table.kernels];
  assert.equal(fusedNames({ ...table, kernels }), ["c+p+r", "d", "q+s"]);
});

test("only planes of one channel are fused by kernels that need them", () => {
  const table = kernelsOf("host");
  const kernels = table.kernels.map(
    (kernel): Kernel =>
      kernel.op === "conv2d_maxpool2d_relu" ? { ...kernel, needs: "planar" } : kernel,
  );
  assert.equal(fusedNames({ ...table, kernels }), ["c+p+r", "d", "q+s"]);
});

test("without costs the tile is taken that leaves the fewest outputs unused", () => {
  const table = kernelsOf("host");
  const tiles = (of: readonly number[]) =>
    of.flatMap((outputs) =>
      table.kernels
        .filter(({ op }) => op === "dense")
        .map((kernel) => ({ ...kernel, symbol: `${kernel.symbol}_${outputs}`, outputs })),
    );
  const lesser = tiles([1]).map((kernel) => ({ ...kernel, isa: "other" }));
  const kernels = [...tiles([8, 4, 6]), ...lesser];
  const taken = (outputs: number) =>
    findKernel(
      { ...table, kernels },
      { op: "dense", form: "det", tier: "fast", shape: { in_len: 7, out_len: outputs } },
    )?.outputs;
  const expected = { 1: 4, 4: 4, 5: 6, 6: 6, 7: 8, 8: 8, 9: 4, 11: 4, 16: 8, 18: 6, 24: 8 };
  for (const [outputs, tile] of Object.entries(expected)) {
    assert.is(taken(Number(outputs)), tile, outputs);
  }
});

/** The costs that ship, by target. */
const shipped: Record<string, { kernels: Record<string, KernelCosts> }> = JSON.parse(
  readFileSync("runtime-c/costs.json", "utf8"),
).targets;

/** A table with the costs that ship, of which a share is lost. */
function withCosts(table: KernelTable, random: Random, lost: number): KernelTable {
  const costs = Object.entries(shipped[table.target]?.kernels ?? {}).filter(
    () => random.uniform() >= lost,
  );
  return { ...table, figures: new Map(costs.map(([symbol, entry]) => [symbol, { costs: entry }])) };
}

const OPS: readonly KernelRequest["op"][] = ["dense", "conv2d", "conv2d_maxpool2d_relu"];

function randomRequest(random: Random): KernelRequest {
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)] as T;
  const op = pick(OPS);
  const size = random.integer(1, 5);
  const shape: ShapeFields =
    op === "dense"
      ? { in_len: random.integer(1, 900), out_len: random.integer(1, 130), in_planes: 1 }
      : {
          ...{ in_h: 12, in_w: 12, in_c: random.integer(1, 3), in_planes: random.integer(1, 2) },
          ...{ out_h: random.integer(1, 6), out_w: random.integer(1, 6) },
          ...{ out_c: random.integer(1, 40), kernel_h: size, kernel_w: size },
          ...{ stride_h: 1, stride_w: random.integer(1, 2), pad_top: 0, pad_left: 1 },
        };
  const form = pick(["general", "det", "exact"] as const);
  const dtype = pick(["f32", "f32", "f32", "f16"] as const);
  const weights = dtype === "f16" ? "f16" : pick(WEIGHT_FORMATS);
  return { op, form, tier: pick(["accurate", "fast"]), dtype, weights, shape };
}

/** What pfp_kernels.def says of a kernel, against a request; the reference for the choice. */
function isFit(kernel: Kernel, { op, form, tier, dtype, weights, shape }: KernelRequest): boolean {
  return (
    kernel.op === op &&
    kernel.form === form &&
    ["any", tier].includes(kernel.tier) &&
    kernel.dtype === dtype &&
    ["none", weights].includes(kernel.weights) &&
    (kernel.needs !== "planar" || shape?.in_c === 1)
  );
}

test("over random shapes, no kernel is taken that does not fit or that a fitting one beats", () => {
  const random = new Random(7);
  const tables = new Map(targets.map(({ name }) => [name, kernelsOf(name)]));
  const [seen, by] = [new Set<string>(), { cost: 0, rule: 0 }];
  for (let i = 0; i < 4000; i++) {
    const request = randomRequest(random);
    const target = targets[i % targets.length]?.name ?? "";
    const weightMemory = {
      cacheBytes: 1e5,
      bytesPerCycle: 4,
      instructionsPerCycle: 2,
      clockHz: 1e9,
    };
    const table = {
      ...withCosts(tables.get(target) ?? kernelsOf(target), random, (i % 3) * 0.3),
      ...(i % 2 === 0 ? {} : { weightMemory }),
    };
    const what = `${target}, ${JSON.stringify(request)}`;
    const fitting = table.kernels.filter((kernel) => isFit(kernel, request));
    const ranking = rankKernels(table, request);
    const kernel = findKernel(table, request);
    assert.is(kernel === undefined, fitting.length === 0, what);
    if (kernel === undefined) {
      continue;
    }
    assert.ok(fitting.includes(kernel), `${what}: ${kernel.symbol}`);
    const costOf = (of: Kernel) => estimate(of, request.shape ?? {}, table)?.cost;
    const cost = costOf(kernel);
    by[ranking.by]++;
    seen.add(kernel.symbol);
    assert.is(cost === undefined, ranking.by === "rule", what);
    for (const other of fitting) {
      const otherCost = costOf(other);
      assert.ok(cost === undefined || otherCost === undefined || cost <= otherCost, what);
    }
    assert.equal(rankKernels(table, request), ranking);
    assert.is(ranking.candidates.length, fitting.length);
    assert.is(
      ranking.candidates.length + ranking.ruledOut.length,
      table.kernels.filter(({ op }) => op === request.op).length,
    );
  }
  assert.ok(by.cost > 500 && by.rule > 300 && seen.size > 40, JSON.stringify({ by, ...seen }));
});

/** Two dense kernels of one form, of tiles 4 and 8, that cost so much a weight. */
function twoTiles(costs: readonly [number, number], weightMemory?: WeightMemory): KernelTable {
  const table = kernelsOf("cortex-m4");
  const [kernel] = table.kernels.filter(({ op, form }) => op === "dense" && form === "general");
  const kernels = [4, 8].map((outputs) => ({
    ...(kernel as Kernel),
    symbol: `k${outputs}`,
    outputs,
  }));
  const figures = new Map(
    kernels.map(({ symbol }, i) => [symbol, { costs: { call: 10, weight: costs[i] ?? 0 } }]),
  );
  return { ...table, kernels, figures, ...(weightMemory === undefined ? {} : { weightMemory }) };
}

function takenOf(table: KernelTable, outputs: number): string | undefined {
  const shape = { in_len: 100, out_len: outputs, in_planes: 1 };
  return findKernel(table, { op: "dense", form: "general", tier: "fast", shape })?.symbol;
}

test("the cheaper tile is taken, outputs that fill up its last panel counted", () => {
  const table = twoTiles([3, 2]);
  assert.equal(
    [4, 8, 12, 16, 20].map((outputs) => takenOf(table, outputs)),
    ["k4", "k8", "k8", "k8", "k8"],
  );
  assert.is(takenOf(twoTiles([2, 2]), 16), "k4", "of equals, the first of the list");
});

test("weights too large for the cache count as they come from memory", () => {
  const memory = { cacheBytes: 1000, bytesPerCycle: 1, instructionsPerCycle: 1, clockHz: 1 };
  const shape = { in_len: 100, out_len: 12, in_planes: 1 };
  const [kernel] = twoTiles([3, 2.2]).kernels;
  assert.equal(estimate(kernel as Kernel, shape, twoTiles([3, 2.2], memory)), {
    cost: 3610 + 9600,
    work: 3610,
    memory: 9600,
  });
  const cached = { ...memory, cacheBytes: 9600 };
  assert.is(estimate(kernel as Kernel, shape, twoTiles([3, 2.2], cached))?.memory, 0);
  // 12 outputs fill three panels of four, and two of eight: dearer to bring, cheaper to work out.
  assert.is(takenOf(twoTiles([3, 2.2]), 12), "k8");
  assert.is(takenOf(twoTiles([3, 2.2], memory), 12), "k4");
});

const notFused: Record<string, Graph["nodes"]> = {
  "a pooling of 3x3": [
    conv2d("c", "input", [4, 3, 3, 3]),
    maxpool2d("p", "c", [3, 3], [2, 2]),
    relu("r", "p"),
  ],
  "a pooling of stride 1": [
    conv2d("c", "input", [4, 3, 3, 3]),
    maxpool2d("p", "c", [2, 2], [1, 1]),
    relu("r", "p"),
  ],
  "a pooling without relu": triple.slice(0, 2),
  "a convolution that two read": [...triple, flatten("f", "c"), dense("e", "f", [2, 4 * 64])],
};

for (const [what, nodes] of Object.entries(notFused)) {
  test(`${what} is not fused`, () => {
    const graph = makeGraph([3, 10, 10], nodes, nodes.at(-1)?.name ?? "");
    const lowered = lower(graph, kernelsOf("host"));
    assert.not.ok(
      lowered.nodes.some(({ op }) => op === "conv2d_maxpool2d_relu"),
      wiring(lowered).join("\n"),
    );
  });
}

interface InputCase {
  readonly name: string;
  readonly graph: Graph;
  /** Planes that the first layer reads, none where the input is copied. */
  readonly planes?: number;
}

const inputCases: readonly InputCase[] = [
  {
    name: "a dense layer reads a flat input with one mean",
    graph: makeGraph([3], [dense("d", "input", [2, 3])], "d"),
    planes: 1,
  },
  {
    name: "a flat input with a mean each is copied",
    graph: makeGraph([3], [dense("d", "input", [2, 3])], "d", { mean: [1, 2, 3] }),
  },
  {
    name: "a dense layer reads planes of sixteen elements",
    graph: makeGraph([2, 4, 4], [flatten("f", "input"), dense("d", "f", [2, 32])], "d", {
      mean: [1, 2],
    }),
    planes: 2,
  },
  {
    name: "small planes with a mean each are copied",
    graph: makeGraph([2, 3, 5], [flatten("f", "input"), dense("d", "f", [2, 30])], "d", {
      mean: [1, 2],
    }),
  },
  {
    name: "small planes with one mean are one plane",
    graph: makeGraph([2, 3, 5], [flatten("f", "input"), dense("d", "f", [2, 30])], "d"),
    planes: 1,
  },
  {
    name: "a convolution reads a plane a channel",
    graph: makeGraph([3, 4, 4], [conv2d("c", "input", [2, 3, 3, 3])], "c"),
    planes: 3,
  },
  { name: "a fused convolution too", graph: makeGraph([3, 10, 10], triple, "r"), planes: 3 },
  {
    name: "an input that a relu reads is copied",
    graph: makeGraph([1, 4, 4], [relu("r", "input"), conv2d("c", "r", [2, 1, 3, 3])], "c"),
  },
  {
    name: "an input that two layers read is copied",
    graph: makeGraph([3], [dense("d", "input", [2, 3]), dense("e", "input", [2, 3])], "e"),
  },
];

for (const { name, graph, planes } of inputCases) {
  test(name, () => {
    const lowered = lower(graph, kernelsOf("host"));
    assert.is(directReader(lowered)?.planes, planes);
  });
}

test.run();
