/** Sampled networks: every way of drawing converges to what is known of the network. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaults } from "../../codegen/src/generate.js";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import { type Graph, hasParameters, type Node } from "../../codegen/src/ir/graph.js";
import type { GaussianTensor } from "../../codegen/src/ir/posterior.js";
import { DRAWS, type Draw } from "../../codegen/src/ir/sampling.js";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { prepareModel } from "../../codegen/src/run/prepare.js";
import type { Classification, Regression } from "../../codegen/src/run/protocol.js";
import { runModel } from "../../codegen/src/run/run-model.js";
import { npyFile } from "./support/image-files.js";
import { runNetwork } from "./support/network.js";
import { FASHION, MNIST, predict, unwrap } from "./support/predict.js";
import { Random } from "./support/random.js";
import { linear } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();

/** Limit of a statistic in its standard deviations: passed by chance once in 150,000. */
const MOST_SDS = 4.5;

interface Request {
  readonly model: string;
  readonly images: string;
  readonly count: number;
  readonly samples: number;
  readonly draw: Draw;
  readonly target?: string;
}

async function sample<P>(request: Request): Promise<readonly P[]> {
  const { images, count, target = "host", ...rest } = request;
  const options = { ...defaults, ...rest, mode: "sampled", target } as const;
  const { generation, board } = unwrap(await prepareModel(options));
  const range = { start: 0, count };
  const inputs = unwrap(await readImages([images], generation.model.input, range));
  return unwrap(await runModel(generation, board, inputs)).predictions as readonly P[];
}

/** Emulated processors take fewer passes. */
const PASSES: Readonly<Record<string, number>> = {
  host: 100_000,
  "cortex-a53": 3000,
  "cortex-m4": 3000,
  "cortex-m55": 3000,
};

for (const [target, samples] of Object.entries(PASSES)) {
  for (const draw of DRAWS) {
    test(`one dense layer on ${target}, ${draw} drawn: its moments`, async () => {
      const { file, predict: moments } = linear();
      const inputs = [
        [0.5, -1, 2],
        [0, 0, 0],
      ];
      const model = join(mkdtempSync(join(folder, "linear-")), "linear.safetensors");
      writeFileSync(model, file);
      const images = join(folder, "inputs.npy");
      writeFileSync(images, npyFile([inputs.length, 3], Float32Array.from(inputs.flat())));
      const found = await sample<Regression>({ model, images, count: 2, samples, draw, target });
      inputs.forEach((input, i) => {
        const { mean, variance, noise } = moments(input);
        const answer = found[i];
        mean.forEach((expected, k) => {
          const v = variance[k] ?? Number.NaN;
          // The outputs are Gaussian: their mean has variance v/n, their variance 2v^2/(n-1).
          near(answer?.mean[k], expected, MOST_SDS * Math.sqrt(v / samples), `mean ${k}`);
          const ofVariance = MOST_SDS * v * Math.sqrt(2 / (samples - 1));
          near(answer?.var[k], v, ofVariance, `variance ${k}`);
          assert.is(answer?.epistemic[k], answer?.var[k]);
          assert.is(answer?.aleatoric[k], noise[k]);
        });
      });
    });
  }
}

function near(found: number | undefined, wanted: number, tolerance: number, what: string): void {
  const error = Math.abs((found ?? Number.NaN) - wanted);
  assert.ok(error <= tolerance, `${what}: ${found}, expected ${wanted} within ${tolerance}`);
}

const SAMPLES = 2000;
/** Images of each data set: the network's own, and one that it does not know. */
const COUNT = 5;

/** What `run` says of these images of both data sets, the known ones first. */
async function ofBoth<P>(run: (images: string) => Promise<readonly P[]>): Promise<readonly P[]> {
  return [...(await run(MNIST.images)), ...(await run(FASHION.images))];
}

const sampled = new Map<string, Promise<readonly Classification[]>>();

/** Those of a committed model, drawn once in this file. */
function sampledModel(model: string, draw: Draw): Promise<readonly Classification[]> {
  const path = `models/${model}.safetensors`;
  const request = { model: path, count: COUNT, samples: SAMPLES, draw };
  const key = `${model} ${draw}`;
  const found = sampled.get(key) ?? ofBoth((images) => sample({ ...request, images }));
  sampled.set(key, found);
  return found;
}

/** What two estimates of the same mean may differ by, each of SAMPLES values of this variance. */
function limit(variance: number): number {
  return MOST_SDS * Math.sqrt((2 * variance) / SAMPLES) + 1e-6;
}

/** The most that the variance of a value in [0, most] can be at this mean (Bhatia & Davis 2000). */
function mostVariance(mean: number, most: number): number {
  return mean * (most - mean);
}

// A convolution shares its weights between positions, whose outputs are drawn as if it did not
// where activations are drawn: only of dense layers is that the same distribution.
for (const [model, other] of [
  ["mlp", "activations"],
  ["mlp", "beforehand"],
  ["lenet5", "beforehand"],
] as const) {
  test(`${model}: ${other} are drawn from the same distribution as weights`, async () => {
    const [one, two] = [await sampledModel(model, "weights"), await sampledModel(model, other)];
    assert.is(one.length, 2 * COUNT);
    one.forEach((a, i) => {
      const b = two[i] as Classification;
      a.mean.forEach((mean, k) => {
        const variance = ((a.var[k] ?? 0) + (b.var[k] ?? 0)) / 2;
        near(b.mean[k], mean, limit(variance), `image ${i}, mean ${k}`);
        const p = ((a.probability[k] ?? 0) + (b.probability[k] ?? 0)) / 2;
        near(
          b.probability[k],
          a.probability[k] ?? 0,
          limit(mostVariance(p, 1)),
          `image ${i}, ${k}`,
        );
      });
      const entropy = mostVariance((a.aleatoric + b.aleatoric) / 2, Math.log(a.mean.length));
      near(b.aleatoric, a.aleatoric, limit(entropy), `image ${i}, aleatoric`);
      assert.not.equal(a.mean, b.mean, "drawn apart");
    });
  });
}

/** Divergence of q from p, in nats. */
function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce(
    (sum, x, k) => sum + (x > 0 ? x * Math.log(x / Math.max(q[k] ?? 0, 1e-30)) : 0),
    0,
  );
}

// Twice what one pass with the covariance of the last layer is off 2,000 samples of two published
// posteriors of these shapes: .0022 and .0046 in their domain, .0261 and .0233 out of it.
const MOST_DIVERGENCE = [0.01, 0.05] as const;

for (const model of ["mlp", "lenet5"]) {
  test(`${model}: one pass is near the samples`, async () => {
    const onePass = await ofBoth(
      async (images) =>
        (await predict({ model, target: "host", images, count: COUNT })).predictions,
    );
    for (const draw of DRAWS) {
      const answers = await sampledModel(model, draw);
      const divergences = answers.map(({ probability }, i) =>
        divergence(probability, onePass[i]?.probability ?? []),
      );
      for (const [data, most] of MOST_DIVERGENCE.entries()) {
        const of = divergences.slice(data * COUNT, (data + 1) * COUNT);
        const mean = of.reduce((sum, x) => sum + x, 0) / COUNT;
        assert.ok(mean <= most, `${draw}: ${mean}, ${most} at most`);
      }
    }
  });
}

/** As many as take some seconds. */
const REFERENCE_DRAWS = { mlp: 150, lenet5: 20 } as const;

for (const [model, draws] of Object.entries(REFERENCE_DRAWS)) {
  test(`${model}: sampling in float64, from the file's layouts, finds the same`, async () => {
    const graph = unwrap(importPosterior(readFileSync(`models/${model}.safetensors`)));
    const form = { shape: graph.input.shape, length: 784 };
    const images = unwrap(await readImages([FASHION.images], form, { start: 0, count: 1 }));
    const input = Array.from(images[0]?.values ?? []);
    const random = new Random(1);
    const logits = Array.from({ length: draws }, () =>
      (runNetwork(drawGraph(graph, random), input).get(graph.head.input) ?? []).map(([z]) => z),
    );
    const answer = (await sampledModel(model, "weights"))[COUNT];
    answer?.mean.forEach((mean, k) => {
      const found = logits.reduce((sum, z) => sum + (z[k] ?? 0), 0) / draws;
      const variance = (answer.var[k] ?? 0) * (1 / draws + 1 / SAMPLES);
      near(found, mean, MOST_SDS * Math.sqrt(variance), `logit ${k}`);
    });
  });
}

/** A network of weights drawn from the posterior. */
function drawGraph(graph: Graph, random: Random): Graph {
  const draw = ({ mean, sd }: GaussianTensor): GaussianTensor => ({
    mean: {
      shape: mean.shape,
      values: mean.values.map((m, i) => m + (sd?.values[i] ?? 0) * normal(random)),
    },
  });
  const nodes = graph.nodes.map((node): Node => {
    if (!hasParameters(node)) {
      return node;
    }
    const { weight, bias } = node.parameters;
    return { ...node, parameters: { weight: draw(weight), ...(bias && { bias: draw(bias) }) } };
  });
  return { ...graph, nodes };
}

/** By the formula of Box and Muller. */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}

test.run();
