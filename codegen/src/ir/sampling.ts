import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { KernelOptions, Mode } from "./kernel-table.js";

/**
 * What a sampled network draws: fresh `weights` in each pass; `activations`, from the moments that
 * a layer's output has for the exact input of the pass (local reparameterisation, Kingma, Salimans
 * & Welling 2015); or the weights of all passes `beforehand`.
 */
export const DRAWS = ["weights", "activations", "beforehand"] as const;
export type Draw = (typeof DRAWS)[number];

/** How a network is sampled. */
export interface Sampling {
  /** Passes of one prediction. */
  readonly samples: number;
  readonly draw: Draw;
}

/** What the user said of it; see Sampling. */
export interface SamplingOptions {
  readonly samples?: number;
  readonly draw?: Draw;
}

/** As many as are usual in the literature. */
export const DEFAULT_SAMPLES = 30;
const MAX_SAMPLES = 1_000_000;

/** How to sample, undefined in the other modes; or what is wrong with the wish. */
export function samplingOf(
  options: SamplingOptions & Pick<KernelOptions, "weights"> & { readonly mode: Mode },
): Result<Sampling | undefined> {
  const { mode, weights } = options;
  const problems: Diagnostic[] = [];
  const problem = (path: string, message: string, hint: string) =>
    problems.push({ code: "bad-sampling", path, message, hint });
  if (mode !== "sampled") {
    for (const option of ["samples", "draw"] as const) {
      if (options[option] !== undefined) {
        problem(`--${option}`, `mode ${mode} draws nothing`, "add --mode sampled, or leave it out");
      }
    }
    return problems.length > 0 ? failure(...problems) : success(undefined);
  }
  const { samples = DEFAULT_SAMPLES, draw = "weights" } = options;
  if (!Number.isInteger(samples) || samples < 1 || samples > MAX_SAMPLES) {
    problem(
      "--samples",
      `expected 1 to ${MAX_SAMPLES} passes, found ${samples}`,
      "leave it out for 30",
    );
  }
  if (draw !== "activations" && weights !== "f32") {
    problem(
      "--weights",
      `weights to draw from are stored as f32, not as ${weights}`,
      "leave out --weights, or add --draw activations",
    );
  }
  return problems.length > 0 ? failure(...problems) : success({ samples, draw });
}
