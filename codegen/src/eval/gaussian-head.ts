/**
 * The average softmax of Gaussian logits over normal points, as docs/math.md has it: [classes].
 *
 * @param mean [classes]
 * @param cov [classes][classes], symmetric
 * @param points [points][classes]
 */
export function gaussianSoftmax(
  mean: readonly number[],
  cov: readonly (readonly number[])[],
  points: readonly ArrayLike<number>[],
): Float64Array {
  const root = cholesky(cov);
  const probability = new Float64Array(mean.length);
  for (const point of points) {
    const logits = mean.map((m, i) =>
      (root[i] ?? []).reduce((sum, l, j) => sum + l * (point[j] as number), m),
    );
    const largest = Math.max(...logits);
    const powers = logits.map((z) => Math.exp(z - largest));
    const sum = powers.reduce((total, e) => total + e, 0);
    powers.forEach((e, i) => {
      (probability[i] as number) += e / sum / points.length;
    });
  }
  return probability;
}

/** Lower triangular L with L L' = cov; a pivot that is rounding error gives a column of zeros. */
function cholesky(cov: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  cov.forEach((row, i) => {
    const own: number[] = [];
    for (let j = 0; j < i; j++) {
      const other = root[j] ?? [];
      const pivot = other[j] ?? 0;
      const sum = own.reduce((left, l, k) => left - l * (other[k] ?? 0), row[j] ?? 0);
      own.push(pivot > 0 ? sum / pivot : 0);
    }
    const variance = row[i] ?? 0;
    const left = own.reduce((rest, l) => rest - l * l, variance);
    root.push([...own, left > 1e-12 * variance ? Math.sqrt(left) : 0]);
  });
  return root;
}
