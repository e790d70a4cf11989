/** The groups of the demo's images, as in their file names. */
export const groups = ["digit", "blend", "garment", "noise"] as const;

export interface GroupMean {
  readonly group: (typeof groups)[number];
  readonly count: number;
  /** Means over the group, in nats. */
  readonly aleatoric: number;
  readonly epistemic: number;
}

/** What the network makes of each group on average; `answers` are those of `names`, in order. */
export function groupMeans(
  names: readonly string[],
  answers: readonly { readonly aleatoric: number; readonly epistemic: number }[],
): GroupMean[] {
  return groups.map((group) => {
    const members = answers.filter((_, i) => names[i]?.includes(`-${group}-`));
    const mean = (key: "aleatoric" | "epistemic") =>
      members.reduce((sum, answer) => sum + answer[key], 0) / members.length;
    return {
      group,
      count: members.length,
      aleatoric: mean("aleatoric"),
      epistemic: mean("epistemic"),
    };
  });
}
