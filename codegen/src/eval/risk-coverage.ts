import { type TiedOrder, tiedOrder } from "./tied-order.js";
import type { Weights } from "./weights.js";

/** Doubts, sorted, and the probability that each prediction is wrong. */
export interface Selection {
  readonly doubt: TiedOrder;
  readonly wrong: Float64Array;
  /** The k-th harmonic number at k, as far as there may be inputs. */
  readonly harmonic: Float64Array;
}

/** One point of the curve: the risk among the share of inputs with the least doubt. */
export interface RiskAtCoverage {
  readonly coverage: number;
  readonly risk: number;
}

/** @param correct the probability that each prediction is right, [n] as `doubt` */
export function selection(doubt: ArrayLike<number>, correct: Float64Array): Selection {
  const harmonic = new Float64Array(correct.length + 1);
  for (let k = 1; k < harmonic.length; k++) {
    harmonic[k] = (harmonic[k - 1] as number) + 1 / k;
  }
  return { doubt: tiedOrder(doubt), wrong: correct.map((right) => 1 - right), harmonic };
}

/** The curve of selective risk against coverage (El-Yaniv & Wiener 2010), at each distinct doubt. */
export function riskCoverage({ doubt: { order, ends }, wrong }: Selection): RiskAtCoverage[] {
  let errors = 0;
  let place = 0;
  return Array.from(ends, (end) => {
    for (; place < end; place++) {
      errors += wrong[order[place] as number] as number;
    }
    return { coverage: end / order.length, risk: errors / end };
  });
}

/**
 * The area under that curve: the mean over k of the risk among the k inputs of least doubt (Geifman
 * et al., arXiv 1805.08206). Of inputs with equal doubt any may come first; this is the mean over
 * their orders. NaN where nothing counts or a doubt is NaN.
 *
 * @param weights whole numbers whose sum is at most n
 */
export function areaUnderRiskCoverage(
  { doubt: { order, ends, unordered }, wrong, harmonic }: Selection,
  weights?: Weights,
): number {
  let [accepted, errors, area, place] = [0, 0, 0, 0];
  for (let run = 0; run < ends.length; run++) {
    let mass = 0;
    let wrongMass = 0;
    for (; place < (ends[run] as number); place++) {
      const item = order[place] as number;
      const weight = weights === undefined ? 1 : (weights[item] as number);
      mass += weight;
      wrongMass += weight * (wrong[item] as number);
    }
    if (mass > 0) {
      // The sum over j of (errors + j share) / (accepted + j), which is share plus what it is off by.
      const share = wrongMass / mass;
      const inverse = (harmonic[accepted + mass] as number) - (harmonic[accepted] as number);
      area += wrongMass + (errors - accepted * share) * inverse;
      accepted += mass;
      errors += wrongMass;
    }
  }
  return unordered ? Number.NaN : area / accepted;
}
