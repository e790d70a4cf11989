import { failure, type Result, success } from "../diagnostics.js";

/** What can be bounded of a drift, by the head of the model; see drift.ts. */
export const DRIFT_MEASURES = {
  classification: ["labels", "probability", "epistemic"],
  regression: ["mean", "var"],
} as const;

export type DriftMeasure = (typeof DRIFT_MEASURES)[keyof typeof DRIFT_MEASURES][number];

/** What a format may change where the user says nothing. */
export const defaultBounds: Readonly<Record<DriftMeasure, number>> = {
  labels: 0.01,
  probability: 0.01,
  epistemic: 0.05,
  mean: 0.05,
  var: 0.05,
};

/** Values by measure: those of one head. */
export type Measures = Readonly<Partial<Record<DriftMeasure, number>>>;

/** One `--max-drift`. */
export interface GivenBound {
  readonly measure: DriftMeasure;
  readonly bound: number;
}

/** The bounds for a head: the defaults, and what was given instead. */
export function boundsFor(
  head: keyof typeof DRIFT_MEASURES,
  given: readonly GivenBound[],
): Result<Measures> {
  const measures: readonly DriftMeasure[] = DRIFT_MEASURES[head];
  const strange = given.filter(({ measure }) => !measures.includes(measure));
  if (strange.length > 0) {
    return failure(
      ...strange.map(({ measure }) => ({
        code: "unknown-measure",
        path: "--max-drift",
        message: `a ${head} has no drift of '${measure}'`,
        hint: `it has ${measures.join(", ")}`,
      })),
    );
  }
  const bounds = measures.map((measure) => [
    measure,
    given.findLast((one) => one.measure === measure)?.bound ?? defaultBounds[measure],
  ]);
  return success(Object.fromEntries(bounds));
}

/** Whether no measure exceeds its bound; NaN does. */
export function isWithin(drift: Measures, bounds: Measures): boolean {
  return Object.entries(bounds).every(
    ([measure, bound]) => (drift[measure as DriftMeasure] ?? Number.NaN) <= bound,
  );
}
