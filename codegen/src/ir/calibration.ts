/** What fitting to data found to change about a posterior, whose weights stay as trained. */
export interface Calibration {
  /** By layer: multiplies the variances of its weight and bias. Absent: 1. */
  readonly factors: Readonly<Record<string, number>>;
  /** Divides the logits: their mean by it, their variance by its square. */
  readonly temperature: number;
}
