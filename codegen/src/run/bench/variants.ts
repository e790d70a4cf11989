import type { Tier } from "../../ir/kernel-table.js";
import { DRAWS, type Draw } from "../../ir/sampling.js";
import type { ModelRequest } from "../prepare.js";

/** One way to generate the same model, measured beside the others. */
export interface Variant {
  readonly label: string;
  readonly options: Partial<ModelRequest>;
  /** Whether its special functions come in tiers. */
  readonly tiers: boolean;
}

/** What `pfp bench` measures, in the order of its tables. */
function variants(samples: number): readonly Variant[] {
  return [
    { label: "pfp", options: {}, tiers: true },
    { label: BASELINE, options: { mode: "deterministic" }, tiers: false },
    ...DRAWS.map((draw): Variant => {
      const options = { mode: "sampled", samples, draw } as const;
      return { label: sampledLabel(samples, draw), options, tiers: false };
    }),
  ];
}

/** `30 samples, weights drawn` */
export function sampledLabel(samples: number, draw: Draw): string {
  return `${samples} samples, ${NAMES[draw]}`;
}

const NAMES: Readonly<Record<Draw, string>> = {
  weights: "weights drawn",
  activations: "activations drawn",
  beforehand: "drawn beforehand",
};

/** The variant that others are compared with. */
export const BASELINE = "deterministic";

export interface Measured {
  readonly label: string;
  /** Null where it has none. */
  readonly tier: Tier | null;
  readonly batch: number;
  readonly options: Partial<ModelRequest>;
}

/** `pfp fast, batch 8`, or `deterministic`, which has no tiers. */
export function variantName({
  variant,
  tier,
  batch = 1,
}: {
  variant: string;
  tier: Tier | null;
  batch?: number;
}): string {
  const name = tier === null ? variant : `${variant} ${tier}`;
  return batch === 1 ? name : `${name}, batch ${batch}`;
}

/**
 * Every variant, those with tiers once a tier, each once a size of batch; sampled ones take `samples`
 * passes, and one input at a time.
 */
export function measuredVariants(
  tiers: readonly Tier[],
  samples: number,
  batches: readonly number[] = [1],
): Measured[] {
  return batches.flatMap((batch) =>
    variants(samples)
      .filter(({ options }) => batch === 1 || options.mode !== "sampled")
      .flatMap(({ label, options, tiers: hasTiers }): Measured[] =>
        hasTiers
          ? tiers.map((tier) => ({ label, tier, batch, options: { ...options, tier, batch } }))
          : [{ label, tier: null, batch, options: { ...options, batch } }],
      ),
  );
}
