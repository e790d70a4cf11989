import { defaults } from "../../defaults.js";
import { type Result, success } from "../../diagnostics.js";
import type { ErrorSource, FinalCheck, Findings } from "../../eval/certificate.js";
import { entropies, klDivergences } from "../../eval/class-scores.js";
import {
  type DrawnOutputs,
  drawnProbabilities,
  momentsOfDraws,
  sumOfDraws,
} from "../../eval/drawn-predictive.js";
import { equivalentSamples } from "../../eval/equivalent-samples.js";
import { gaussianDivergence } from "../../eval/gaussian-divergence.js";
import { gaussianSoftmax } from "../../eval/gaussian-head.js";
import { checkLayer, type DrawnLayer } from "../../eval/layer-check.js";
import type { Graph } from "../../ir/graph.js";
import { type DrawnNetwork, layerStatistics } from "../evaluator/layer-statistics.js";
import { type GivenMoments, pointsInRows, predictAll } from "../evaluator/predict.js";
import type { StoredInputs } from "../evaluator/stored-inputs.js";

export interface FindingsRequest {
  readonly draws: number;
  readonly seed: number;
  readonly onProgress: (draws: number) => void;
}

const RECORDED_UNITS = 16;
const RECORDED_IMAGES = 32;
/** So many that they make no error of their own. */
const MANY_POINTS = 2048;
const INTERVAL = { resamples: 500, seed: 3, level: 0.95 } as const;
const COVARIANCE = "last";

/** What a pass says of the inputs, as far as errors are measured. */
interface Said {
  /** [images]: divergence from the draws, in nats. */
  readonly kl: Float64Array;
  /** [images], in nats; of a classification. */
  readonly epistemic?: Float64Array;
}

/**
 * Compares a graph's pass with draws of its weights, layer by layer and at the end.
 *
 * @param trained the same network without its calibration, whose weights are drawn
 */
export async function findAll(
  graph: Graph,
  trained: Graph,
  inputs: StoredInputs,
  { draws, seed, onProgress }: FindingsRequest,
): Promise<Result<Findings>> {
  const drawn = await layerStatistics(graph, trained, inputs, {
    ...{ draws, seed, onProgress },
    recordedUnits: RECORDED_UNITS,
    recordedImages: RECORDED_IMAGES,
  });
  if (!drawn.ok) {
    return drawn;
  }
  const network = drawn.value;
  const layers = network.layers.map((layer) => checkLayer(layer, draws));
  const outputs: DrawnOutputs = {
    ...{ outputs: network.outputs.length / (network.images * draws), draws },
    ...{ images: network.images, values: network.outputs },
  };
  const judge =
    graph.head.kind === "classification" ? classJudge(outputs) : regressionJudge(graph, network);
  const said = async (given?: GivenMoments) => judge.said(await pass(graph, inputs, given));
  const plain = await said();
  const sources = await errorSources(graph, network, judge, said, mean(plain.kl));
  const last = layers.find(({ name }) => name === graph.head.input);
  const final: FinalCheck = {
    mean_error: last?.mean_error ?? Number.NaN,
    var_ratio: last?.var_ratio ?? Number.NaN,
    wasserstein: last?.wasserstein ?? Number.NaN,
    kl: mean(plain.kl),
    ...(plain.epistemic &&
      judge.epistemic && {
        epistemic_error: mean(
          plain.epistemic.map((e, i) => Math.abs(e - (judge.epistemic?.[i] ?? Number.NaN))),
        ),
      }),
  };
  return success({
    ...{ layers, final, sources },
    ...(judge.probability && {
      equivalent_samples: equivalentSamples(judge.probability, outputs, plain.kl, INTERVAL),
    }),
  });
}

async function pass(graph: Graph, inputs: StoredInputs, given: GivenMoments | undefined) {
  const predictions = await predictAll(graph, inputs, {
    covariance: COVARIANCE,
    points: defaults.points,
    ...(given && { given }),
  });
  if (!predictions.ok) {
    throw new Error(JSON.stringify(predictions.diagnostics));
  }
  return predictions.value;
}

type Pass = Awaited<ReturnType<typeof pass>>;

interface Judge {
  readonly said: (predictions: Pass) => Said;
  /** Of the draws: epistemic uncertainty, and the probabilities of each. */
  readonly epistemic?: Float64Array;
  readonly probability?: Float32Array;
  /** Divergence of a Gaussian head with the outputs' true mean and covariance, so many points. */
  readonly gaussianLimit?: (points: number) => number;
}

function classJudge(drawn: DrawnOutputs): Judge {
  const { outputs: classes, images, draws } = drawn;
  const probability = drawnProbabilities(drawn);
  const reference = new Float64Array(images * classes);
  const aleatoric = new Float64Array(images);
  for (let image = 0; image < images; image++) {
    const sum = sumOfDraws(probability, drawn, image, 0, draws);
    reference.set(
      sum.map((p) => p / draws),
      image * classes,
    );
    const own = Float64Array.from(
      probability.subarray(image * draws * classes, (image + 1) * draws * classes),
    );
    aleatoric[image] = mean(entropies(own, classes));
  }
  const epistemicOf = (p: Float64Array, a: ArrayLike<number>) =>
    entropies(p, classes).map((total, i) => total - (a[i] ?? Number.NaN));
  return {
    said: (predictions) => {
      const own = Float64Array.from(predictions.probability);
      return {
        kl: klDivergences(reference, own, classes),
        epistemic: epistemicOf(own, predictions.aleatoric),
      };
    },
    epistemic: epistemicOf(reference, aleatoric),
    probability,
    gaussianLimit: (count) => {
      const points = pointsInRows(count, classes);
      const own = new Float64Array(images * classes);
      for (let image = 0; image < images; image++) {
        const { mean: m, cov } = momentsOfDraws(drawn, image);
        own.set(gaussianSoftmax(m, cov, points), image * classes);
      }
      return mean(klDivergences(reference, own, classes));
    },
  };
}

/** Divergences of the Gaussians with the moments of the draws and of the pass, noise included. */
function regressionJudge({ head }: Graph, network: DrawnNetwork): Judge {
  const noise = head.kind === "regression" ? head.noiseSd.map((sd) => sd * sd) : [];
  const last = network.layers.find(({ name }) => name === head.input);
  const truth = last && drawnMoments(last, network.draws);
  return {
    said: (predictions) => ({
      kl: Float64Array.from({ length: network.images }, (_, image) =>
        noise.reduce((sum, extra, i) => {
          const own = image * noise.length + i;
          const other = i * network.images + image;
          return (
            sum +
            gaussianDivergence(
              truth?.mean[other] ?? Number.NaN,
              (truth?.var[other] ?? Number.NaN) + extra,
              predictions.mean[own] ?? Number.NaN,
              (predictions.var[own] ?? Number.NaN) + extra,
            )
          );
        }, 0),
      ),
    }),
  };
}

/**
 * Which layer and which assumption the final error comes from: the pass goes on, layer after layer,
 * from what the draws say of the layer, and each time loses what the layer did wrong.
 */
async function errorSources(
  graph: Graph,
  network: DrawnNetwork,
  judge: Judge,
  said: (given?: GivenMoments) => Promise<Said>,
  plain: number,
): Promise<ErrorSource[]> {
  const sources: ErrorSource[] = [];
  let left = plain;
  const step = (layer: string, assumption: ErrorSource["assumption"], next: number) => {
    sources.push({ layer, assumption, kl: left - next });
    left = next;
  };
  const from = async (value: string, moments: Moments) =>
    mean((await said({ value, ...moments })).kl);
  const { gaussianLimit } = judge;
  for (const layer of network.layers) {
    const isOutput = layer.name === graph.head.input;
    if (isOutput && gaussianLimit !== undefined) {
      break;
    }
    if (layer.op === "flatten") {
      continue;
    }
    if (layer.apart !== undefined) {
      const draws = network.draws - 1;
      step(
        layer.name,
        "Gaussian shape",
        await from(layer.name, momentsOf(layer, layer.apart, draws)),
      );
    }
    const assumption = layer.op === "relu" ? "Gaussian shape" : "independence";
    step(layer.name, assumption, await from(layer.name, drawnMoments(layer, network.draws)));
  }
  if (gaussianLimit !== undefined) {
    const few = gaussianLimit(defaults.points);
    step(graph.head.input, "independence", few);
    const many = gaussianLimit(MANY_POINTS);
    step("head", "points", many);
    step("head", "Gaussian shape", 0);
  }
  return sources;
}

type Moments = Pick<GivenMoments, "mean" | "var">;

function drawnMoments(layer: DrawnLayer, draws: number): Moments {
  return momentsOf(layer, layer.powers, draws);
}

/** Moments of draws from the means of their standardised first two powers. */
function momentsOf(layer: DrawnLayer, powers: readonly Float32Array[], draws: number): Moments {
  const [first, second] = powers;
  const at = (values: Float32Array | undefined, i: number) => values?.[i] ?? Number.NaN;
  return {
    mean: layer.mean.map((m, i) => m + Math.sqrt(at(layer.var, i)) * at(first, i)),
    var: layer.var.map(
      (v, i) => (v * Math.max(0, at(second, i) - at(first, i) ** 2) * draws) / (draws - 1),
    ),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
