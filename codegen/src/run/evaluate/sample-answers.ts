import { type Result, success } from "../../diagnostics.js";
import { entropies } from "../../eval/class-scores.js";
import type { Graph } from "../../ir/graph.js";
import { sampleOutputs, samplePredictive } from "../evaluator/sample-predictive.js";
import type { Image } from "../inputs/image.js";
import type { Answers } from "./predict-answers.js";

/** The answers of a sampled twin after a number of draws. */
export interface SampledAnswers {
  readonly samples: number;
  readonly answers: Answers;
}

/**
 * The sampled twin's answers, each draw of the weights for all inputs.
 *
 * @param checkpoints numbers of draws, growing
 */
export async function sampleAnswers(
  graph: Graph,
  images: readonly Image[],
  request: {
    readonly checkpoints: readonly number[];
    readonly seed: number;
    readonly onProgress?: (draws: number) => void;
  },
): Promise<Result<readonly SampledAnswers[]>> {
  const values = concatenated(images);
  if (graph.head.kind === "regression") {
    const noise = graph.head.noiseSd.map((sd) => sd * sd);
    const sampled = await sampleOutputs(graph, values, request);
    return sampled.ok
      ? success(
          sampled.value.map(({ samples, mean, var: variance }) => ({
            samples,
            answers: {
              head: "regression" as const,
              outputs: noise.length,
              mean,
              total: variance.map((v, i) => v + (noise[i % noise.length] as number)),
              epistemic: variance,
            },
          })),
        )
      : sampled;
  }
  const classes = graph.head.labels.length;
  const sampled = await samplePredictive(graph, values, request);
  return sampled.ok
    ? success(
        sampled.value.map(({ samples, probability, aleatoric }) => {
          const total = entropies(probability, classes);
          // One draw knows of no other; rounding leaves a little, below 0 where draws say the same.
          const epistemic = total.map((t, i) =>
            samples === 1 ? 0 : Math.max(0, t - (aleatoric[i] as number)),
          );
          const head = "classification" as const;
          return { samples, answers: { head, classes, probability, total, aleatoric, epistemic } };
        }),
      )
    : sampled;
}

function concatenated(images: readonly Image[]): Float32Array {
  const length = images[0]?.values.length ?? 0;
  const all = new Float32Array(images.length * length);
  images.forEach(({ values }, i) => {
    all.set(values, i * length);
  });
  return all;
}
