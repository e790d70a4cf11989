/** What holds where the user says nothing. */
export const defaults = { name: "model", tier: "accurate", points: 128, trace: false } as const;
