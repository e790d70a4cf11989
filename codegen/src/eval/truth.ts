/**
 * What is true of n inputs of a classifier: [n * classes], for each input the probability of each
 * class. One-hot where the label is certain; else the soft label, so that every metric is its
 * expectation over labels drawn from it.
 */
export type Truth = Float64Array;

/** One-hot rows. */
export function certainTruth(labels: ArrayLike<number>, classes: number): Truth {
  return drawnTruth(labels, 1, classes);
}

/** The shares of the classes among `draws` labels of each input: labels [n * draws]. */
export function drawnTruth(labels: ArrayLike<number>, draws: number, classes: number): Truth {
  const truth = new Float64Array((labels.length / draws) * classes);
  for (let i = 0; i < labels.length; i++) {
    (truth[Math.floor(i / draws) * classes + (labels[i] as number)] as number) += 1 / draws;
  }
  return truth;
}
