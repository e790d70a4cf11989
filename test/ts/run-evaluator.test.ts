import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Graph, Node } from "../../codegen/src/ir/graph.js";
import { elements } from "../../codegen/src/ir/shapes.js";
import { predictAll } from "../../codegen/src/run/evaluator/predict.js";
import { readGraph } from "../../codegen/src/run/evaluator/read-graph.js";
import {
  sampleOutputs,
  samplePredictive,
} from "../../codegen/src/run/evaluator/sample-predictive.js";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { pool, reluMoments } from "./support/clark.js";
import { dense, makeGraph } from "./support/graphs.js";
import type { Moment, Rules } from "./support/moments.js";
import { runNetwork } from "./support/network.js";
import { MNIST, models, predict, unwrap } from "./support/predict.js";
import { Random } from "./support/random.js";
import { randomNetwork } from "./support/random-network.js";

const NETWORKS = 30;
/** Two blocks and a part of one, on the widest vectors. */
const IMAGES = 70;
const noHead = { covariance: "none", points: 8 } as const;

const gaussian = ([mean, variance]: Moment) => ({ mean, var: variance });
const gaussians: Rules = {
  relu: (value) => {
    const { mean, var: variance } = reluMoments(gaussian(value));
    return [mean, variance];
  },
  max: (window) => {
    const { mean, var: variance } = pool(window.map(gaussian));
    return [mean, variance];
  },
};

/** A random network, its outputs as those of a regression, and inputs for it. */
function randomCase(seed: number): { graph: Graph; images: Float32Array; length: number } {
  const random = new Random(seed);
  const { head, ...rest } = randomNetwork(random);
  const graph: Graph = { ...rest, head: { kind: "regression", input: head.input, noiseSd: [] } };
  const length = elements(graph.input.shape);
  const images = Float32Array.from({ length: IMAGES * length }, () => random.uniform());
  return { graph, images, length };
}

/** The same network with all weights known exactly. */
function withoutSd(graph: Graph): Graph {
  const nodes = graph.nodes.map((node): Node => {
    if (!("parameters" in node)) {
      return node;
    }
    const { weight, bias } = node.parameters;
    const parameters = {
      weight: { mean: weight.mean },
      ...(bias && { bias: { mean: bias.mean } }),
    };
    return { ...node, parameters };
  });
  return { ...graph, nodes };
}

test("a pass over random networks has the moments of the reference", async () => {
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const { graph, images, length } = randomCase(seed);
    const actual = unwrap(await predictAll(graph, images, noHead));
    for (const image of [0, 33, IMAGES - 1]) {
      const input = [...images.subarray(image * length, (image + 1) * length)];
      const expected = runNetwork(graph, input, gaussians).get(graph.head.input) ?? [];
      const largestVar = Math.max(...expected.map(([, variance]) => variance));
      expected.forEach(([mean, variance], i) => {
        const at = image * expected.length + i;
        const [m = Number.NaN, v = Number.NaN] = [actual.mean[at], actual.var[at]];
        const place = `network ${seed}, image ${image}, output ${i}`;
        assert.ok(Math.abs(m - mean) <= 1e-4 * Math.sqrt(largestVar), `${place}: ${m}, ${mean}`);
        assert.ok(Math.abs(v - variance) <= 1e-4 * largestVar, `${place}: ${v}, ${variance}`);
      });
    }
  }
});

test("draws of exact weights give what the pass does", async () => {
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const { graph: drawn, images } = randomCase(seed);
    const graph = withoutSd(drawn);
    const [sampled] = unwrap(await sampleOutputs(graph, images, { checkpoints: [2], seed }));
    const { mean: expected } = unwrap(await predictAll(graph, images, noHead));
    const largest = expected.reduce((most, mean) => Math.max(most, Math.abs(mean)), 0);
    assert.is(sampled?.mean.length, expected.length);
    sampled?.mean.forEach((mean, i) => {
      const difference = Math.abs(mean - (expected[i] ?? Number.NaN));
      assert.ok(difference <= 1e-6 * largest, `network ${seed}: ${difference}`);
    });
  }
});

test("draws of a linear network have its mean and variance", async () => {
  const draws = 4000;
  const graph = makeGraph([20], [dense("fc", "input", [9, 20])], "fc");
  const random = new Random(5);
  const images = Float32Array.from({ length: IMAGES * 20 }, () => random.uniform());
  const exact = unwrap(await predictAll(graph, images, noHead));
  const [sampled] = unwrap(await sampleOutputs(graph, images, { checkpoints: [draws], seed: 1 }));
  const { mean: means = [], var: variances = [] } = sampled ?? {};
  // Images share the draws of a weight, so that only their average could be more exact than one.
  exact.mean.forEach((mean, i) => {
    const variance = exact.var[i] ?? Number.NaN;
    const meanError = Math.abs((means[i] ?? Number.NaN) - mean) / Math.sqrt(variance / draws);
    const varError = Math.abs((variances[i] ?? Number.NaN) / variance - 1) / Math.sqrt(2 / draws);
    assert.ok(meanError <= 5, `mean ${i}: ${meanError} standard errors`);
    assert.ok(varError <= 5, `variance ${i}: ${varError} standard errors`);
  });
});

test("a number of draws begins with the draws of a smaller one; other seeds draw others", async () => {
  const graph = unwrap(await readGraph("models/mlp.safetensors"));
  const images = await digits(40);
  const draw = async (seed: number, ...checkpoints: readonly number[]) =>
    unwrap(await samplePredictive(graph, images, { checkpoints, seed }));
  const [three, seven] = await draw(1, 3, 7);
  const [again] = await draw(1, 3);
  const [other] = await draw(2, 3);
  assert.equal(three, again);
  assert.is(seven?.samples, 7);
  assert.not.equal(three?.probability, other?.probability);
  assert.not.equal(three?.probability, seven?.probability);
});

async function digits(count: number): Promise<Float32Array> {
  const form = { shape: [1, 28, 28], length: 784 };
  const images = unwrap(await readImages([MNIST.images], form, { start: 0, count }));
  return Float32Array.from(images.flatMap(({ values }) => [...values]));
}

for (const model of models) {
  test(`a pass of ${model} is what generated code computes`, async () => {
    const count = 200;
    const { predictions } = await predict({ model, target: "host", images: MNIST.images, count });
    const graph = unwrap(await readGraph(`models/${model}.safetensors`));
    const request = { covariance: "last", points: 128 } as const;
    const all = unwrap(await predictAll(graph, await digits(count), request));
    predictions.forEach((prediction, image) => {
      prediction.mean.forEach((mean, i) => {
        const at = image * prediction.mean.length + i;
        const variance = prediction.var[i] ?? Number.NaN;
        const meanError = Math.abs((all.mean[at] ?? Number.NaN) - mean) / Math.sqrt(variance);
        assert.ok(meanError <= 2e-5, `mean of image ${image}: ${meanError} sd`);
        const varError = Math.abs((all.var[at] ?? Number.NaN) / variance - 1);
        assert.ok(varError <= 2e-5, `variance of image ${image}: ${varError}`);
        const p = prediction.probability[i] ?? Number.NaN;
        assert.ok(Math.abs((all.probability[at] ?? Number.NaN) - p) <= 1e-5);
      });
      assert.ok(Math.abs((all.aleatoric[image] ?? Number.NaN) - prediction.aleatoric) <= 1e-5);
    });
  });
}

test.run();
