/**
 * Outputs of draws of the weights, and what follows from them: the probabilities of each draw for a
 * classification, averages of any number of draws, moments of the outputs.
 */
export interface DrawnOutputs {
  readonly outputs: number;
  readonly images: number;
  readonly draws: number;
  /** [outputs][images][draws] */
  readonly values: Float32Array;
}

/** The softmax of each draw: [images][draws][classes]. */
export function drawnProbabilities({ outputs, images, draws, values }: DrawnOutputs): Float32Array {
  const probability = new Float32Array(values.length);
  for (let image = 0; image < images; image++) {
    for (let draw = 0; draw < draws; draw++) {
      const at = (image * draws + draw) * outputs;
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < outputs; i++) {
        largest = Math.max(largest, values[(i * images + image) * draws + draw] as number);
      }
      let sum = 0;
      for (let i = 0; i < outputs; i++) {
        const e = Math.exp((values[(i * images + image) * draws + draw] as number) - largest);
        probability[at + i] = e;
        sum += e;
      }
      for (let i = 0; i < outputs; i++) {
        (probability[at + i] as number) /= sum;
      }
    }
  }
  return probability;
}

/** The sum of the probabilities of draws [from, to) of one image: [classes]. */
export function sumOfDraws(
  probability: Float32Array,
  { outputs, draws }: Pick<DrawnOutputs, "outputs" | "draws">,
  image: number,
  from: number,
  to: number,
): Float64Array {
  const sum = new Float64Array(outputs);
  for (let draw = from; draw < to; draw++) {
    for (let i = 0; i < outputs; i++) {
      (sum[i] as number) += probability[(image * draws + draw) * outputs + i] as number;
    }
  }
  return sum;
}

/** Mean and covariance of the outputs of one image over the draws. */
export function momentsOfDraws(
  { outputs, images, draws, values }: DrawnOutputs,
  image: number,
): { readonly mean: number[]; readonly cov: number[][] } {
  const series = Array.from({ length: outputs }, (_, i) =>
    values.subarray((i * images + image) * draws, (i * images + image + 1) * draws),
  );
  const mean = series.map((own) => own.reduce((sum, x) => sum + x, 0) / draws);
  const cov = series.map((a, i) =>
    series.map((b, j) => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw++) {
        sum +=
          ((a[draw] as number) - (mean[i] as number)) * ((b[draw] as number) - (mean[j] as number));
      }
      return sum / (draws - 1);
    }),
  );
  return { mean, cov };
}
