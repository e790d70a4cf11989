/** A classifier's answers to n inputs. Uncertainties are in nats. */
export interface ClassAnswers {
  readonly classes: number;
  /** [n * classes] */
  readonly probability: Float64Array;
  /** [n] each */
  readonly total: Float64Array;
  readonly aleatoric: Float64Array;
  readonly epistemic: Float64Array;
}

/** The answers of a regression to n inputs, [n * outputs] each. */
export interface RegressionAnswers {
  readonly outputs: number;
  readonly mean: Float64Array;
  /** The variance that is said in all, noise included. */
  readonly total: Float64Array;
  /** The part of it that the weights' uncertainty makes. */
  readonly epistemic: Float64Array;
}
