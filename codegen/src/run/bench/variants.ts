import type { Tier } from "../../ir/kernel-table.js";
import type { ModelRequest } from "../prepare.js";

/** One way to generate the same model, measured beside the others. */
export interface Variant {
  readonly label: string;
  readonly options: Partial<ModelRequest>;
  /** Whether its special functions come in tiers. */
  readonly tiers: boolean;
}

/** What `pfp bench` measures, in the order of its tables. */
const variants: readonly Variant[] = [
  { label: "pfp", options: {}, tiers: true },
  { label: "deterministic", options: { mode: "deterministic" }, tiers: false },
];

/** The variant that others are compared with. */
export const BASELINE = "deterministic";

export interface Measured {
  readonly label: string;
  readonly tier: Tier;
  readonly options: Partial<ModelRequest>;
}

/** Every variant, those with tiers once a tier. */
export function measuredVariants(tiers: readonly Tier[]): Measured[] {
  return variants.flatMap((variant) =>
    (variant.tiers ? tiers : tiers.slice(0, 1)).map((tier) => ({
      label: variant.label,
      tier,
      options: { ...variant.options, tier },
    })),
  );
}
