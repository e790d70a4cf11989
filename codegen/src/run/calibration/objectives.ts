/**
 * What a calibration minimises: `nll`, the negative log-likelihood of the data; `svi`, the divergence
 * of the pass from the predictive of many draws of the weights as trained.
 */
export const OBJECTIVES = ["nll", "svi"] as const;
export type Objective = (typeof OBJECTIVES)[number];
