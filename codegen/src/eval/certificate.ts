import type { EquivalentSamples } from "./equivalent-samples.js";
import type { LayerCheck } from "./layer-check.js";

/** What of the pass an error comes from. */
export type Assumption =
  /** Units of a layer are independent. */
  | "independence"
  /** What enters a relu, a pooling or the head is Gaussian. */
  | "Gaussian shape"
  /** The head's points stand for a Gaussian. */
  | "points";

/** A part of the final error; the parts add up to it. Negative where it makes up for another. */
export interface ErrorSource {
  readonly layer: string;
  readonly assumption: Assumption;
  /** Mean divergence in nats that taking this assumption adds. */
  readonly kl: number;
}

/** What is held against thresholds. */
export interface FinalCheck {
  /** Of the outputs, as in LayerCheck. */
  readonly mean_error: number;
  readonly var_ratio: number;
  readonly wasserstein: number;
  /** Mean KL(draws || pass) in nats. */
  readonly kl: number;
  /** Mean |epistemic of the pass - of the draws| in nats; of a classification. */
  readonly epistemic_error?: number;
}

/** Most that the figures of a certified model may be; of var_ratio, in either direction. */
export const defaultThresholds = {
  mean_error: 0.15,
  var_ratio: 1.5,
  wasserstein: 0.2,
  kl: 0.05,
  epistemic_error: 0.1,
} as const;

export type ThresholdName = keyof typeof defaultThresholds;
export type Thresholds = Readonly<Record<ThresholdName, number>>;

/** Everything that is found about a pass on some data. */
export interface Findings {
  readonly layers: readonly LayerCheck[];
  readonly final: FinalCheck;
  readonly sources: readonly ErrorSource[];
  /** Of a classification. */
  readonly equivalent_samples?: EquivalentSamples;
}

export interface Verdict {
  readonly holds: boolean;
  /** In words. */
  readonly reasons: readonly string[];
}

/** Holds the findings against thresholds, and says where most of the error arises. */
export function judge(
  { final, sources }: Pick<Findings, "final" | "sources">,
  thresholds: Thresholds,
): Verdict {
  const spread = Math.max(final.var_ratio, 1 / final.var_ratio);
  const values: Record<ThresholdName, number | undefined> = {
    mean_error: final.mean_error,
    var_ratio: spread,
    wasserstein: final.wasserstein,
    kl: final.kl,
    epistemic_error: final.epistemic_error,
  };
  const names = Object.keys(thresholds) as ThresholdName[];
  const broken = names.filter((name) => !((values[name] ?? 0) <= thresholds[name]));
  if (broken.length === 0) {
    return {
      holds: true,
      reasons: [
        `on data like these the pass stands for sampling: ${final.kl.toPrecision(2)} nats from it`,
      ],
    };
  }
  const said = broken.map(
    (name) =>
      `${name} is ${(values[name] ?? 0).toPrecision(3)}, at most ${thresholds[name]} is allowed`,
  );
  const worst = [...sources].sort((a, b) => b.kl - a.kl)[0];
  const why =
    worst === undefined || worst.kl <= 0
      ? []
      : [`most of it arises at ${worst.layer}, where ${describe(worst.assumption)}`];
  return { holds: false, reasons: [...said, ...why] };
}

function describe(assumption: Assumption): string {
  switch (assumption) {
    case "independence":
      return "units are taken to be independent";
    case "Gaussian shape":
      return "values are taken to be Gaussian";
    case "points":
      return "fixed points stand for a Gaussian";
  }
}
