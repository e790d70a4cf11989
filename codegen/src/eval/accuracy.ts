/** Fraction of predicted labels that equal the true ones, which must be as many. NaN for none. */
export function accuracy(predicted: readonly number[], truth: readonly number[]): number {
  if (predicted.length !== truth.length) {
    throw new Error(`${predicted.length} predictions for ${truth.length} labels`);
  }
  return predicted.filter((label, index) => label === truth[index]).length / truth.length;
}
