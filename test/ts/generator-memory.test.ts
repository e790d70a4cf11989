/** Values may share memory only where nobody reads what another has overwritten. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import { type Graph, hasParameters, type Node } from "../../codegen/src/ir/graph.js";
import { dtypeBytes, type KernelTable } from "../../codegen/src/ir/kernel-table.js";
import { DRAWS } from "../../codegen/src/ir/sampling.js";
import { runPasses } from "../../codegen/src/passes/passes.js";
import { makePlan, type PlanOptions } from "../../codegen/src/plan/make-plan.js";
import type { LayerPlan, Plan, ValuePlace } from "../../codegen/src/plan/plan.js";
import { rowGap } from "../../codegen/src/plan/row-gap.js";
import { kernelsOf, unwrap } from "./support/generator.js";
import { checkMemory } from "./support/memory-machine.js";
import { Random } from "./support/random.js";
import { randomNetwork } from "./support/random-network.js";

const targets = ["host", "cortex-a53", "cortex-m55"];
const NETWORKS = 200;

function planFor(graph: Graph, kernels: KernelTable, wishes: Partial<PlanOptions> = {}): Plan {
  const usual = { mode: "pfp", weights: "f32", tier: "accurate", points: 8, trace: false } as const;
  const options = { ...usual, ...wishes };
  const lowered = unwrap(runPasses(graph, { kernels, ...options }));
  return unwrap(makePlan(lowered, kernels, options));
}

/** Plans with halves between layers, of those networks that have any. */
function halfPlans(seed: number, graph: Graph) {
  return ["cortex-a76", "cortex-m55"].flatMap((target) => {
    const kernels = kernelsOf(target);
    const common = { mode: "pfp", weights: "f32", tier: "accurate", activations: "f16" } as const;
    return runPasses(graph, { kernels, ...common }).ok
      ? [
          {
            what: `seed ${seed}, ${target}, f16`,
            plan: planFor(graph, kernels, { activations: "f16" }),
          },
        ]
      : [];
  });
}

/** The target's kernels, and as scratch-hungry ones as the list can name. */
function tablesOf(target: string): KernelTable[] {
  const shipped = kernelsOf(target);
  const hungry = shipped.kernels.map((kernel) => {
    switch (kernel.op) {
      case "dense":
      case "dense_batch":
        return { ...kernel, scratch: "input" as const };
      case "conv2d":
      case "conv2d_maxpool2d_relu":
        return { ...kernel, scratch: "patch" as const };
      default:
        return kernel;
    }
  });
  return [shipped, { ...shipped, kernels: hungry }];
}

const plans = Array.from({ length: NETWORKS }, (_, index) => {
  const seed = index + 1;
  const graph = randomNetwork(new Random(seed));
  const ofFloats = targets.flatMap((target) =>
    tablesOf(target).map((table) => {
      return {
        what: `seed ${seed}, ${target}`,
        plan: planFor(graph, table, { trace: seed % 5 === 0 }),
      };
    }),
  );
  return [...ofFloats, ...halfPlans(seed, graph)];
}).flat();

test("no pass of a sampled network spoils what the next one needs", () => {
  let [once, shared] = [0, 0];
  for (let seed = 1; seed <= NETWORKS / 2; seed++) {
    const random = new Random(seed);
    const graph = withExactStart(randomNetwork(random), random.integer(0, 2));
    for (const target of targets) {
      const table = tablesOf(target)[seed % 2] ?? kernelsOf(target);
      for (const draw of DRAWS) {
        const what = `seed ${seed}, ${target}, ${draw}`;
        const sampling = { samples: 3, draw };
        const wishes = { mode: "sampled", sampling, trace: seed % 5 === 0 } as const;
        const plan = planFor(graph, table, wishes);
        const { problems, bytes } = checkMemory(plan);
        assert.equal(problems, [], what);
        assert.is(plan.arenaBytes, bytes, `${what}: an arena of unused bytes`);
        once += plan.sampling?.first ?? 0;
        const places = plan.layers.map(({ output }) => output.mean);
        shared += places.length - new Set(places).size;
      }
    }
  }
  assert.ok(once > 500 && shared > 500, `${once} layers run once, ${shared} share memory`);
});

/** The network with its first `count` layers with weights exact, so that no pass repeats them. */
function withExactStart(graph: Graph, count: number): Graph {
  const weighted = graph.nodes.filter(hasParameters);
  const exact = new Set(weighted.slice(0, Math.min(count, weighted.length - 1)));
  const nodes = graph.nodes.map((node): Node => {
    if (!hasParameters(node) || !exact.has(node)) {
      return node;
    }
    const { weight, bias } = node.parameters;
    const means = { weight: { mean: weight.mean }, ...(bias && { bias: { mean: bias.mean } }) };
    return { ...node, parameters: means };
  });
  return { ...graph, nodes };
}

/** The distance from the output up to the input, where a layer's output lies over its input. */
function distance({ input, output }: LayerPlan): number | undefined {
  if (input === undefined || input.mean <= output.mean) {
    return undefined;
  }
  return input.mean < output.mean + dtypeBytes[output.dtype] * output.length
    ? input.mean - output.mean
    : undefined;
}

test("no kernel of a random network reads what another has overwritten", () => {
  let [lying, fused, narrowed] = [0, 0, 0];
  for (const { what, plan } of plans) {
    const { problems, bytes } = checkMemory(plan);
    assert.equal(problems, [], what);
    assert.is(plan.arenaBytes, bytes, `${what}: an arena of unused bytes`);
    lying += plan.layers.filter((layer) => distance(layer) !== undefined).length;
    fused += plan.layers.filter(({ op }) => op === "conv2d_maxpool2d_relu").length;
    narrowed += plan.layers.filter(
      ({ op, input, output }) => op === "narrow" && input?.mean === output.mean,
    ).length;
  }
  assert.ok(lying > 100, `only ${lying} layers write over their input, so this has shown nothing`);
  assert.ok(fused > 50, `only ${fused} fused layers`);
  assert.ok(narrowed > 10, `only ${narrowed} values become halves where they are`);
});

test("no input of a batch reads what another's layers have overwritten", () => {
  let [batched, alone, caught] = [0, 0, 0];
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const graph = randomNetwork(new Random(seed));
    for (const table of ["host", "cortex-a53"].flatMap(tablesOf)) {
      for (const weights of ["f32", "i8u8"] as const) {
        const plan = planFor(graph, table, { batch: 3, weights });
        const what = `seed ${seed}, ${table.target}, ${weights}`;
        const { problems, bytes } = checkMemory(plan);
        assert.equal(problems, [], what);
        assert.is(plan.arenaBytes, bytes, `${what}: an arena of unused bytes`);
        caught += checkMemory({ ...plan, batch: 4 }).problems.length > 0 ? 1 : 0;
        batched += plan.layers.filter((layer) => layer.batched).length;
        alone += plan.layers.filter((layer) => !layer.batched).length;
      }
    }
  }
  assert.ok(batched > 500 && alone > 500, `${batched} batched layers, ${alone} others`);
  assert.ok(caught > 500, `only ${caught} plans show an input too many`);
});

test("an input four bytes nearer than the gap is caught", () => {
  let caught = 0;
  for (const { what, plan } of plans) {
    for (const [index, layer] of plan.layers.entries()) {
      const gap = rowGap(layer.kernel, layer.shape);
      if (gap === undefined || distance(layer) !== gap) {
        continue;
      }
      const moved = moveInput(plan, index, 4);
      const problems = checkMemory(moved).problems;
      assert.ok(
        problems.some((text) => text.startsWith(`${layer.name} reads ${layer.source} mean`)),
        `${what}: ${layer.name}`,
      );
      caught++;
    }
  }
  assert.ok(caught > 20, `only ${caught} outputs lie as near as they may`);
});

/** `plan` with the means that layer `index` reads, and all else that lies there, moved down. */
function moveInput(plan: Plan, index: number, bytes: number): Plan {
  const from = plan.layers[index]?.input?.mean;
  const move = (place: ValuePlace): ValuePlace =>
    place.mean === from ? { ...place, mean: place.mean - bytes } : place;
  const { input } = plan;
  return {
    ...plan,
    input: input.how === "copied" ? { ...input, output: move(input.output) } : input,
    layers: plan.layers.map((layer, i) => ({
      ...layer,
      ...(layer.input === undefined || i > index ? {} : { input: move(layer.input) }),
      ...(i < index ? { output: move(layer.output) } : {}),
    })),
  };
}

/** A plan that makes the input of one layer, then runs that layer with its output elsewhere. */
function alone(plan: Plan, layer: LayerPlan, below: number): Plan {
  const inputLength = layer.input?.length ?? 0;
  const far = 4 * (inputLength + layer.output.length) + below;
  const dtype = layer.output.dtype;
  const input = {
    dtype: layer.input?.dtype ?? dtype,
    length: inputLength,
    mean: below,
    var: far + below,
  };
  const output = { dtype, length: layer.output.length, mean: 0, var: far };
  const { weights: _, scratch: __, input: ___, shape: ____, ...maker } = layer;
  return {
    ...plan,
    arenaBytes: 3 * far,
    layers: [
      { ...maker, name: layer.source, op: "dense", source: "nothing", output: input },
      { ...maker, ...(layer.shape && { shape: layer.shape }), input, output },
    ],
    input: { ...plan.input, how: "direct" },
    head: { kind: "regression", source: layer.name, input: output, noiseVar: new Float32Array() },
  };
}

test("the gap of a layer is the least that keeps its input", () => {
  let checked = 0;
  for (const { what, plan } of plans) {
    for (const layer of plan.layers) {
      const gap = rowGap(layer.kernel, layer.shape);
      if (gap !== undefined && layer.input?.var !== undefined) {
        assert.equal(checkMemory(alone(plan, layer, gap)).problems, [], `${what}: ${layer.name}`);
        assert.ok(
          checkMemory(alone(plan, layer, gap - 4)).problems.length > 0,
          `${what}: ${layer.name} would do with less`,
        );
        checked++;
      }
    }
  }
  assert.ok(checked > 500, `${checked} layers`);
});

test("LeNet's arena is its second layer's, written over its input", () => {
  const graph = unwrap(importPosterior(readFileSync("models/lenet5.safetensors")));
  for (const target of ["host", "cortex-a53"]) {
    const plan = planFor(graph, kernelsOf(target));
    assert.equal(checkMemory(plan).problems, []);
    assert.is(plan.arenaBytes, 10_048, target);
  }
});

test.run();
