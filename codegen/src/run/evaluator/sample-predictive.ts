import { failure, type Result, success } from "../../diagnostics.js";
import type { Graph } from "../../ir/graph.js";
import { elements, shapesOf } from "../../ir/shapes.js";
import { runEvaluator } from "./run-evaluator.js";
import type { Inputs } from "./stored-inputs.js";

/** What a number of draws of the weights, each for all inputs, say of a data set. */
export interface SampledPredictive {
  readonly samples: number;
  /** [n * classes], row-major: the mean of the draws' probabilities. */
  readonly probability: Float64Array;
  /** [n]: the mean of the draws' entropies, nats. */
  readonly aleatoric: Float64Array;
}

/** The same of a regression, [n * outputs], row-major: mean and variance over the draws. */
export interface SampledOutputs {
  readonly samples: number;
  readonly mean: Float64Array;
  readonly var: Float64Array;
}

export interface SampleRequest {
  /** Numbers of draws, growing; each goes on from the one before. */
  readonly checkpoints: readonly number[];
  /** Other seeds give independent draws. */
  readonly seed: number;
  /** Told how many draws are done. */
  readonly onProgress?: (draws: number) => void;
}

/**
 * Runs a classification with draws of its weights over n inputs.
 */
export async function samplePredictive(
  graph: Graph,
  inputs: Inputs,
  request: SampleRequest,
): Promise<Result<readonly SampledPredictive[]>> {
  const classes = outputsOf(graph);
  const sums = await sampleSums(graph, inputs, classes + 1, request);
  return mapSums(sums, (samples, sum, n) => {
    const probability = new Float64Array(n * classes);
    const aleatoric = new Float64Array(n);
    for (let image = 0; image < n; image++) {
      const at = image * (classes + 1);
      for (let i = 0; i < classes; i++) {
        probability[image * classes + i] = (sum[at + i] ?? Number.NaN) / samples;
      }
      aleatoric[image] = (sum[at + classes] ?? Number.NaN) / samples;
    }
    return { samples, probability, aleatoric };
  });
}

/** The same of a regression. */
export async function sampleOutputs(
  graph: Graph,
  inputs: Inputs,
  request: SampleRequest,
): Promise<Result<readonly SampledOutputs[]>> {
  const outputs = outputsOf(graph);
  const sums = await sampleSums(graph, inputs, 2 * outputs, request);
  return mapSums(sums, (samples, sum, n) => {
    const mean = new Float64Array(n * outputs);
    const variance = new Float64Array(n * outputs);
    for (let i = 0; i < n * outputs; i++) {
      const at = Math.floor(i / outputs) * 2 * outputs + (i % outputs);
      const average = (sum[at] ?? Number.NaN) / samples;
      mean[i] = average;
      variance[i] = Math.max(0, (sum[at + outputs] ?? Number.NaN) / samples - average ** 2);
    }
    return { samples, mean, var: variance };
  });
}

interface Sums {
  readonly samples: number;
  /** [n * width] */
  readonly sum: Float64Array;
  readonly n: number;
}

async function sampleSums(
  graph: Graph,
  inputs: Inputs,
  width: number,
  { checkpoints, seed, onProgress }: SampleRequest,
): Promise<Result<readonly Sums[]>> {
  const words = [seed, ...checkpoints].map(String);
  const output = await runEvaluator("sample", { graph, inputs, words }, (line) => {
    const [, draws] = /^draws (\d+)$/.exec(line) ?? [];
    if (draws !== undefined) {
      onProgress?.(Number(draws));
    }
  });
  if (!output.ok) {
    return output;
  }
  const all = new Float64Array(output.value);
  const n = all.length / (checkpoints.length * width);
  return success(
    checkpoints.map((samples, i) => ({
      samples,
      n,
      sum: all.subarray(i * n * width, (i + 1) * n * width),
    })),
  );
}

function mapSums<T>(
  sums: Result<readonly Sums[]>,
  average: (samples: number, sum: Float64Array, n: number) => T,
): Result<readonly T[]> {
  return sums.ok
    ? success(sums.value.map(({ samples, sum, n }) => average(samples, sum, n)))
    : failure(...sums.diagnostics);
}

function outputsOf(graph: Graph): number {
  return elements(shapesOf(graph).get(graph.head.input) ?? []);
}
