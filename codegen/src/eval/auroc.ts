/**
 * Area under the receiver operating characteristic: the probability that a score drawn from
 * `positives` is larger than one drawn from `negatives`, ties counting one half (Mann & Whitney
 * 1947). NaN when either is empty or holds NaN.
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const scored = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  if (scored.some(({ score }) => Number.isNaN(score))) {
    return Number.NaN;
  }

  let wins = 0;
  let negativesBelow = 0;
  for (let start = 0; start < scored.length; ) {
    const score = scored[start]?.score;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    let end = start;
    for (; scored[end]?.score === score && end < scored.length; end++) {
      if (scored[end]?.positive) {
        tiedPositives++;
      } else {
        tiedNegatives++;
      }
    }
    wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
    negativesBelow += tiedNegatives;
    start = end;
  }
  return wins / (positives.length * negatives.length);
}
