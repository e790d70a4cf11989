import { type Result, success } from "../../diagnostics.js";
import { klDivergences, negativeLogLikelihoods } from "../../eval/class-scores.js";
import { gaussianDivergence } from "../../eval/gaussian-divergence.js";
import { gaussianScores } from "../../eval/regression-scores.js";
import type { Graph } from "../../ir/graph.js";
import type { Predictions } from "../evaluator/predict.js";
import { sampleOutputs, samplePredictive } from "../evaluator/sample-predictive.js";
import type { StoredInputs } from "../evaluator/stored-inputs.js";
import { type DataSet, truthOf } from "../inputs/data-set.js";
import type { Objective } from "./objectives.js";

/** The loss of each input in nats. */
export type InputLosses = (predictions: Predictions) => Float64Array;

export interface LossOptions {
  readonly objective: Objective;
  /** Draws of the weights that objective `svi` compares with, and their seed. */
  readonly samples: number;
  readonly seed: number;
  readonly onProgress?: (draws: number) => void;
}

/** The losses of an objective on a data set; `graph` without calibration. */
export async function inputLosses(
  graph: Graph,
  data: DataSet,
  inputs: StoredInputs,
  options: LossOptions,
): Promise<Result<InputLosses>> {
  const { objective, samples, seed, onProgress } = options;
  const sampling = { checkpoints: [samples], seed, ...(onProgress && { onProgress }) };
  const { head } = graph;
  if (head.kind === "classification" && data.head === "classification") {
    const classes = head.labels.length;
    const probabilities = ({ probability }: Predictions) => Float64Array.from(probability);
    if (objective === "nll") {
      const truth = truthOf(data, classes);
      return success((p) => negativeLogLikelihoods(probabilities(p), truth, classes));
    }
    const sampled = await samplePredictive(graph, inputs, sampling);
    if (!sampled.ok) {
      return sampled;
    }
    const reference = sampled.value[0]?.probability ?? new Float64Array();
    return success((p) => klDivergences(reference, probabilities(p), classes));
  }
  if (head.kind === "regression" && data.head === "regression") {
    const outputs = head.noiseSd.length;
    const noise = (i: number) => (head.noiseSd[i % outputs] ?? 0) ** 2;
    const total = (variance: ArrayLike<number>) =>
      Float64Array.from(variance, (value, i) => value + noise(i));
    const perInput = (values: Float64Array) =>
      Float64Array.from({ length: values.length / outputs }, (_, row) =>
        values.subarray(row * outputs, (row + 1) * outputs).reduce((sum, one) => sum + one, 0),
      );
    if (objective === "nll") {
      const losses = (p: Predictions) =>
        gaussianScores(Float64Array.from(p.mean), total(p.var), data.targets).nll;
      return success((p) => perInput(losses(p)));
    }
    const sampled = await sampleOutputs(graph, inputs, sampling);
    if (!sampled.ok) {
      return sampled;
    }
    const { mean = new Float64Array(), var: variance = new Float64Array() } =
      sampled.value[0] ?? {};
    const reference = total(variance);
    return success((p) => {
      const own = total(p.var);
      return perInput(
        mean.map((m, i) =>
          gaussianDivergence(
            m,
            reference[i] ?? Number.NaN,
            p.mean[i] ?? Number.NaN,
            own[i] ?? Number.NaN,
          ),
        ),
      );
    });
  }
  throw new Error(`a data set of a ${data.head} for a ${head.kind}`);
}
