import { binomialTail, smallestSample } from "./binomial.js";

/** How sure a threshold has to be: risk at most `risk`, but for a probability of 1 - confidence. */
export interface RiskTarget {
  readonly risk: number;
  readonly confidence: number;
}

/** One prediction whose truth is known. */
export interface Judged {
  /** Infinite where it is never accepted. */
  readonly doubt: number;
  readonly wrong: boolean;
}

/** A threshold whose selective risk was shown, or why there is none. */
export type SelectiveThreshold =
  | {
      /** Accept where doubt is at most this. */
      readonly threshold: number;
      /** Of the inputs that showed it: those accepted, and the wrong ones among these. */
      readonly accepted: number;
      readonly errors: number;
      /** Probability of so few errors at a risk of `risk`. */
      readonly p_value: number;
    }
  | { readonly needed: number; readonly accepted: number; readonly errors: number };

/** Thresholds that are tried, at equal steps of coverage. */
const STEPS = 100;

/**
 * A threshold on doubt whose risk among accepted inputs is at most `risk`, but for a probability of
 * 1 - confidence over the inputs `test`: Learn-then-Test with a fixed sequence (Angelopoulos et al.,
 * arXiv 2110.01052). Selective risk need not grow with the threshold, so each threshold is a
 * hypothesis "the risk is above", tested by the exact binomial tail of the errors among the
 * accepted. The sequence is fixed by other inputs, `plan`: it starts at the threshold that these
 * make most likely to pass and goes on to looser ones until the first that fails.
 */
export function selectiveThreshold(
  plan: readonly Judged[],
  test: readonly Judged[],
  { risk, confidence }: RiskTarget,
): SelectiveThreshold {
  const needed = smallestSample(risk, confidence);
  const sequence = sequenceOf(plan, test.length, risk);
  let found: SelectiveThreshold | undefined;
  let failed = { accepted: 0, errors: 0 };
  for (const threshold of sequence) {
    const counts = accept(test, threshold);
    const p = counts.accepted === 0 ? 1 : binomialTail(counts.errors, counts.accepted, risk);
    if (p > 1 - confidence) {
      failed = counts;
      break;
    }
    found = { threshold, ...counts, p_value: p };
  }
  return found ?? { needed, ...failed };
}

/** Thresholds from the most promising one on to looser ones. */
function sequenceOf(plan: readonly Judged[], tests: number, risk: number): number[] {
  const sorted = [...plan].sort((a, b) => a.doubt - b.doubt);
  const thresholds = [
    ...new Set(
      Array.from({ length: STEPS }, (_, step) => {
        return sorted[Math.ceil(((step + 1) * sorted.length) / STEPS) - 1]?.doubt ?? 0;
      }).filter(Number.isFinite),
    ),
  ];
  const promise = thresholds.map((threshold) => {
    const { accepted, errors } = accept(plan, threshold);
    // As many errors as `plan` has, and one for what it does not show, on the scale of the test.
    const scale = tests / plan.length;
    const trials = Math.floor(accepted * scale);
    return binomialTail(Math.ceil((errors + 1) * scale), trials, risk);
  });
  const best = promise.indexOf(Math.min(...promise));
  return best < 0 ? [] : thresholds.slice(best);
}

function accept(judged: readonly Judged[], threshold: number) {
  let [accepted, errors] = [0, 0];
  for (const { doubt, wrong } of judged) {
    if (doubt <= threshold) {
      accepted++;
      errors += wrong ? 1 : 0;
    }
  }
  return { accepted, errors };
}
