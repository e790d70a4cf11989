/** What holds where the user says nothing. */
export const defaults = {
  name: "model",
  mode: "pfp",
  tier: "accurate",
  weights: "f32",
  activations: "f32",
  points: 128,
  trace: false,
} as const;
