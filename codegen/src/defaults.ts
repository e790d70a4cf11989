/** What holds where the user says nothing. */
export const defaults = {
  name: "model",
  mode: "pfp",
  tier: "accurate",
  points: 128,
  trace: false,
} as const;
