import type { Dtype, Mode, Tier, WeightFormat } from "../../ir/kernel-table.js";
import { DRAWS, type Draw } from "../../ir/sampling.js";
import type { ModelRequest } from "../prepare.js";

/** What a comparison of variants has. */
export interface VariantRequest {
  readonly modes: readonly Mode[];
  /** Of mode `pfp`; its twins have no special functions. */
  readonly tiers: readonly Tier[];
  /** Formats of mode `pfp`; its twins store floats. */
  readonly weights: readonly WeightFormat[];
  readonly activations: Dtype;
  /** Passes of the sampled twins. */
  readonly samples: number;
  /** Sizes of batches; sampled twins take one input at a time. */
  readonly batches: readonly number[];
}

/** What tells one way to generate a model from the others. */
export interface Variant {
  /** `pfp`, `deterministic`, or what is sampled. */
  readonly variant: string;
  /** Null where it has none. */
  readonly tier: Tier | null;
  readonly batch: number;
  readonly weights: WeightFormat;
  readonly activations: Dtype;
}

export interface Measured extends Variant {
  readonly options: Partial<ModelRequest> & Pick<ModelRequest, "mode">;
}

/** The variant that others are compared with. */
export const BASELINE = "deterministic";

/** `30 samples, weights drawn` */
export function sampledLabel(samples: number, draw: Draw): string {
  return `${samples} samples, ${NAMES[draw]}`;
}

const NAMES: Readonly<Record<Draw, string>> = {
  weights: "weights drawn",
  activations: "activations drawn",
  beforehand: "drawn beforehand",
};

/** `pfp fast, i8u8, batch 8`, or `deterministic`, which has no tiers; what is usual goes unsaid. */
export function variantName({ variant, tier, batch, weights, activations }: Variant): string {
  return [
    tier === null ? variant : `${variant} ${tier}`,
    ...(weights === "f32" ? [] : [weights]),
    ...(activations === "f32" ? [] : [`${activations} activations`]),
    ...(batch === 1 ? [] : [`batch ${batch}`]),
  ].join(", ");
}

/** Every variant of a comparison, in the order of its tables. */
export function measuredVariants(request: VariantRequest): Measured[] {
  return request.batches.flatMap((batch) =>
    request.modes.flatMap((mode) => OF_MODE[mode](request, batch)),
  );
}

const FLOATS = { tier: null, weights: "f32", activations: "f32" } as const;

const OF_MODE: Readonly<Record<Mode, (request: VariantRequest, batch: number) => Measured[]>> = {
  pfp: ({ weights: formats, tiers, activations }, batch) =>
    formats.flatMap((weights) =>
      tiers.map((tier): Measured => {
        const options = { mode: "pfp", tier, batch, weights, activations } as const;
        return { variant: "pfp", tier, batch, weights, activations, options };
      }),
    ),
  deterministic: (_, batch) => [
    { variant: BASELINE, batch, ...FLOATS, options: { mode: "deterministic", batch } },
  ],
  sampled: ({ samples }, batch) =>
    batch === 1
      ? DRAWS.map((draw): Measured => {
          const options = { mode: "sampled", samples, draw } as const;
          return { variant: sampledLabel(samples, draw), batch, ...FLOATS, options };
        })
      : [],
};
