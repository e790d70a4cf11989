import { Random } from "./random.js";

/** Deals n items into folds of nearly equal size at random: the fold of each item. */
export function dealFolds(n: number, folds: number, seed: number): Uint32Array {
  const fold = new Uint32Array(n);
  new Random(seed).permutation(n).forEach((item, place) => {
    fold[item] = place % folds;
  });
  return fold;
}
