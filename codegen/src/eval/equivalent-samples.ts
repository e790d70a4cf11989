import { bootstrap } from "./bootstrap.js";
import { logProbability } from "./class-scores.js";
import { type DrawnOutputs, sumOfDraws } from "./drawn-predictive.js";
import type { Estimate } from "./interval.js";
import { weightedMean } from "./weights.js";

/** Mean divergence of the predictive of so many draws from that of all the others. */
export interface SampledDivergence {
  readonly samples: number;
  readonly kl: number;
}

export interface EquivalentSamples {
  /** The number of draws at which sampling comes as near to the truth as the pass; at most `most`. */
  readonly samples: Estimate;
  readonly most: number;
  readonly curve: readonly SampledDivergence[];
}

/** Groups of draws that are averaged over for each number. */
const GROUPS = 10;
const COUNTS = [1, 3, 10, 30, 100, 300, 1000];

/**
 * How many draws of the weights are worth one pass: where the mean divergence of N draws from all
 * others falls to that of the pass from all. Both have the same noise of a finite reference. Between the
 * numbers tried the divergence is taken to be a power of N.
 *
 * @param probability [images][draws][classes] of the draws
 * @param pass [images], the divergence of the pass from all draws, in nats
 */
export function equivalentSamples(
  probability: Float32Array,
  drawn: DrawnOutputs,
  pass: Float64Array,
  options: { readonly resamples: number; readonly seed: number; readonly level: number },
): EquivalentSamples {
  const { draws, images } = drawn;
  const counts = COUNTS.filter((count) => count <= draws / 2);
  const perImage = counts.map((count) => {
    const groups = Math.min(GROUPS, Math.floor(draws / count));
    return Float64Array.from({ length: images }, (_, image) =>
      meanDivergence(probability, drawn, image, count, groups),
    );
  });
  const most = counts.at(-1) ?? 1;
  const samplesAt = (weights: Float64Array) =>
    crossing(
      counts,
      perImage.map((kl) => weightedMean(kl, weights)),
      weightedMean(pass, weights),
    );
  const { samples } = bootstrap(
    ([weights]) => ({ samples: samplesAt(weights as Float64Array) }),
    [images],
    options,
  );
  return {
    samples: samples as Estimate,
    most,
    curve: counts.map((count, i) => ({
      samples: count,
      kl: weightedMean(perImage[i] as Float64Array),
    })),
  };
}

function meanDivergence(
  probability: Float32Array,
  drawn: DrawnOutputs,
  image: number,
  count: number,
  groups: number,
): number {
  const { draws } = drawn;
  const all = sumOfDraws(probability, drawn, image, 0, draws);
  let total = 0;
  for (let group = 0; group < groups; group++) {
    const own = sumOfDraws(probability, drawn, image, group * count, (group + 1) * count);
    for (let i = 0; i < own.length; i++) {
      const p = ((all[i] as number) - (own[i] as number)) / (draws - count);
      total += p > 0 ? p * (Math.log(p) - logProbability((own[i] as number) / count)) : 0;
    }
  }
  return total / groups;
}

/** Where a falling curve through points, straight in logarithms, meets `level`. */
function crossing(counts: readonly number[], values: readonly number[], level: number): number {
  for (let i = 0; i < counts.length; i++) {
    const [count, value] = [counts[i] as number, values[i] as number];
    if (value <= level) {
      if (i === 0) {
        return count;
      }
      const [before, above] = [counts[i - 1] as number, values[i - 1] as number];
      const share = Math.log(above / level) / Math.log(above / value);
      return before * (count / before) ** share;
    }
  }
  return counts.at(-1) ?? 1;
}
