/** What is used of it: the package's exports name no types. */
declare module "cephes" {
  /** Resolves when the functions may be called. */
  export const compiled: Promise<void>;
  /** Sum of the first k + 1 terms of the binomial distribution of n trials. */
  export function bdtr(k: number, n: number, probability: number): number;
  /** The x at which the regularised incomplete beta function is y. */
  export function incbi(a: number, b: number, y: number): number;
  /** The standard normal distribution function, and its inverse. */
  export function ndtr(x: number): number;
  export function ndtri(probability: number): number;
}
