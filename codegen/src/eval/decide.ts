import { lowerBound, upperBound } from "./binomial.js";
import { conformalQuantile } from "./conformal.js";
import { type Judged, selectiveThreshold } from "./learn-then-test.js";
import { Random } from "./random.js";

/** One prediction of an input in domain. */
export interface KnownAnswer {
  readonly total: number;
  readonly epistemic: number;
  readonly wrong: boolean;
}

/** One of an input out of domain. */
export type UnlikeAnswer = Omit<KnownAnswer, "wrong">;

export interface DecideOptions {
  /** Share of inputs in domain that may be called unknown. */
  readonly falseAlarm: number;
  /** Either a risk among accepted inputs, or a share of inputs in domain that is to be accepted. */
  readonly risk?: number;
  readonly coverage?: number;
  /** With which `risk` holds. */
  readonly confidence: number;
  readonly seed: number;
}

/** Where inputs are accepted: at most this epistemic and, where there is one, this total uncertainty. */
export interface Thresholds {
  readonly max_epistemic: number;
  readonly max_total?: number;
}

/** What is known of the thresholds, from inputs that had no part in choosing them before. */
export interface Guarantees {
  /** An input in domain is called unknown with a probability of at most `level`. */
  readonly false_alarm: {
    readonly wanted: number;
    readonly level: number;
    readonly inputs: number;
  };
  /** Among accepted inputs at most `wanted` are wrong, at this confidence. */
  readonly risk?: {
    readonly wanted: number;
    readonly confidence: number;
    readonly accepted: number;
    readonly errors: number;
    readonly p_value: number;
  };
  /** An input in domain is accepted with a probability of at least `level`. */
  readonly coverage?: {
    readonly wanted: number;
    readonly level: number;
    readonly inputs: number;
  };
}

/** A share of inputs and its exact 95 % interval. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How inputs are decided. */
export interface Shares {
  readonly inputs: number;
  readonly accept: Share;
  readonly ambiguous: Share;
  readonly unknown: Share;
}

export interface Decided {
  readonly thresholds: Thresholds;
  readonly guarantees: Guarantees;
  /** Of all inputs in domain, those that chose the thresholds included. */
  readonly in_domain: Shares;
  /** Holds for data like these alone. */
  readonly out_of_domain: Shares;
}

/** Why there are no thresholds. */
export interface Undecided {
  readonly option: "false-alarm" | "risk" | "coverage";
  readonly why: string;
  readonly hint: string;
}

/**
 * Thresholds with a finite-sample guarantee. One half of the inputs, chosen by the seed, sets the bound
 * on epistemic uncertainty by a conformal quantile and plans the sequence of bounds on total
 * uncertainty; the other half tests these (learn-then-test.ts), or sets one for the coverage. Without
 * either, all inputs set the bound on epistemic uncertainty.
 */
export function decide(
  inDomain: readonly KnownAnswer[],
  outOfDomain: readonly UnlikeAnswer[],
  options: DecideOptions,
): Decided | Undecided {
  const { falseAlarm, risk, coverage, seed } = options;
  const isSplit = risk !== undefined || coverage !== undefined;
  const order = new Random(seed).permutation(inDomain.length);
  const half = isSplit ? Math.floor(inDomain.length / 2) : inDomain.length;
  const take = (from: number, to: number) =>
    Array.from(order.subarray(from, to), (i) => inDomain[i] as KnownAnswer);
  const [plan, test] = [take(0, half), take(half, inDomain.length)];
  const alarm = conformalQuantile(
    plan.map(({ epistemic }) => epistemic),
    falseAlarm,
  );
  if ("needed" in alarm) {
    return tooFew("false-alarm", alarm.needed, plan.length, inDomain.length, isSplit);
  }
  const max_epistemic = alarm.threshold;
  const guarantees = {
    false_alarm: { wanted: falseAlarm, level: alarm.level, inputs: plan.length },
  };
  const found =
    risk !== undefined
      ? forRisk(plan, test, max_epistemic, risk, options.confidence, inDomain.length)
      : coverage !== undefined
        ? forCoverage(test, max_epistemic, coverage, inDomain.length)
        : { thresholds: {}, guarantees: {} };
  if ("why" in found) {
    return found;
  }
  const thresholds = { max_epistemic, ...found.thresholds };
  return {
    thresholds,
    guarantees: { ...guarantees, ...found.guarantees },
    in_domain: shares(inDomain, thresholds),
    out_of_domain: shares(outOfDomain, thresholds),
  };
}

export type Decision = "accept" | "ambiguous" | "unknown";

/** What the generated model_decide returns; a NaN is unknown. */
export function decisionOf(
  { total, epistemic }: UnlikeAnswer,
  { max_epistemic, max_total = Number.POSITIVE_INFINITY }: Thresholds,
): Decision {
  return epistemic <= max_epistemic ? (total <= max_total ? "accept" : "ambiguous") : "unknown";
}

type Found = {
  readonly thresholds: Partial<Thresholds>;
  readonly guarantees: Partial<Guarantees>;
};

function forRisk(
  plan: readonly KnownAnswer[],
  test: readonly KnownAnswer[],
  maxEpistemic: number,
  risk: number,
  confidence: number,
  all: number,
): Found | Undecided {
  // What is unknown is never accepted, whatever the bound on its total uncertainty.
  const judged = (answers: readonly KnownAnswer[]): Judged[] =>
    answers.map(({ total, epistemic, wrong }) => ({
      doubt: epistemic <= maxEpistemic ? total : Number.POSITIVE_INFINITY,
      wrong,
    }));
  const found = selectiveThreshold(judged(plan), judged(test), { risk, confidence });
  if (!("threshold" in found)) {
    const { needed, accepted, errors } = found;
    return test.length < needed
      ? tooFew("risk", needed, test.length, all, true)
      : {
          option: "risk",
          why: `no threshold shows a risk of ${risk} at confidence ${confidence}: ${errors} errors among ${accepted} accepted`,
          hint: `allow a larger risk, or give more inputs: ${needed} accepted without error would show it`,
        };
  }
  const { threshold, ...evidence } = found;
  return {
    thresholds: { max_total: threshold },
    guarantees: { risk: { wanted: risk, confidence, ...evidence } },
  };
}

function forCoverage(
  test: readonly KnownAnswer[],
  maxEpistemic: number,
  coverage: number,
  all: number,
): Found | Undecided {
  const scores = test.map(({ total, epistemic }) =>
    epistemic <= maxEpistemic ? total : Number.POSITIVE_INFINITY,
  );
  const found = conformalQuantile(scores, 1 - coverage);
  if ("needed" in found) {
    return tooFew("coverage", found.needed, test.length, all, true);
  }
  if (!Number.isFinite(found.threshold)) {
    return {
      option: "coverage",
      why: `more than ${Number((1 - coverage).toPrecision(3))} of the inputs are unknown already`,
      hint: "give a smaller --false-alarm, or a smaller --coverage",
    };
  }
  const guarantee = { wanted: coverage, level: 1 - found.level, inputs: test.length };
  return { thresholds: { max_total: found.threshold }, guarantees: { coverage: guarantee } };
}

function tooFew(
  option: Undecided["option"],
  needed: number,
  used: number,
  all: number,
  isSplit: boolean,
): Undecided {
  const part = isSplit ? `, ${used} of ${all} are one half` : "";
  return {
    option,
    why: `too few inputs: ${needed} are needed${part}`,
    hint: `give at least ${isSplit ? 2 * needed : needed} inputs whose truth is known`,
  };
}

function shares(answers: readonly UnlikeAnswer[], thresholds: Thresholds): Shares {
  const decisions = answers.map((answer) => decisionOf(answer, thresholds));
  const share = (decision: Decision): Share => {
    const n = answers.length;
    const count = decisions.filter((one) => one === decision).length;
    const [low, high] = [lowerBound(count, n, 0.975), upperBound(count, n, 0.975)];
    return { value: count / n, low, high };
  };
  return {
    inputs: answers.length,
    accept: share("accept"),
    ambiguous: share("ambiguous"),
    unknown: share("unknown"),
  };
}
