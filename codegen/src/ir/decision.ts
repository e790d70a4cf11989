/** Where a model's answers are to be accepted (`pfp decide`), in nats. */
export interface Decision {
  /** Above this epistemic uncertainty an input is unknown. */
  readonly maxEpistemic: number;
  /** Above this total uncertainty a known input is ambiguous; absent: none is. */
  readonly maxTotal?: number;
}
