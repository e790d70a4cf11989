/**
 * Generating vector of an embedded lattice rule: R. Cools, F. Y. Kuo, D. Nuyens, "Constructing
 * embedded lattice rules for multivariate integration", SIAM J. Sci. Comput. 28(6), 2006, order-2
 * weights, base 2, up to 2^20 points; its first 100 of 250 dimensions.
 */
const LATTICE = [
  1, 182667, 469891, 498753, 110745, 446247, 250185, 118627, 245333, 283199, 408519, 391023, 246327,
  126539, 399185, 461527, 300343, 69681, 516695, 436179, 106383, 238523, 413283, 70841, 47719,
  300129, 113029, 123925, 410745, 211325, 17489, 511893, 40767, 186077, 519471, 255369, 101819,
  243573, 66189, 152143, 503455, 113217, 132603, 463967, 297717, 157383, 224015, 502917, 36237,
  94049, 170665, 79397, 123963, 223451, 323871, 303633, 98567, 318855, 494245, 477137, 177975,
  64483, 26695, 88779, 94497, 239429, 381007, 110205, 339157, 73397, 407559, 181791, 442675, 301397,
  32569, 147737, 189949, 138655, 350241, 63371, 511925, 515861, 434045, 383435, 249187, 492723,
  479195, 84589, 99703, 239831, 269423, 182241, 61063, 130789, 143095, 471209, 139019, 172565,
  487045, 304803,
];

/** Most dimensions that normalPoints gives. */
export const MAX_DIMENSIONS = LATTICE.length;

const LANES = 4;
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/**
 * Fixed points that stand for a standard normal of `dimensions`: a lattice, shifted and folded,
 * through the inverse normal distribution, then moved and turned so that their mean is 0 and their
 * covariance the identity. With no more points than dimensions only mean and variances are matched.
 *
 * @param points a multiple of 4; powers of two use the lattice best
 * @param dimensions 1 to MAX_DIMENSIONS
 * @returns [points/4][dimensions][4]: four points side by side, for the lanes of a vector
 */
export function normalPoints(points: number, dimensions: number): Float32Array {
  const columns = LATTICE.slice(0, dimensions).map((step, dimension) => {
    const shift = ((dimension + 1) * GOLDEN_RATIO) % 1;
    return Float64Array.from({ length: points }, (_, point) => {
      const u = (radicalInverse(point) * step + shift) % 1;
      // Folding (the baker's transformation, Hickernell 2002) halves the error of smooth averages.
      return normalQuantile(1 - Math.abs(2 * u - 1));
    });
  });
  matchMoments(columns, points > dimensions);
  const lanes = new Float32Array(points * dimensions);
  for (const [dimension, column] of columns.entries()) {
    for (const [point, value] of column.entries()) {
      const group = Math.floor(point / LANES);
      lanes[(group * dimensions + dimension) * LANES + (point % LANES)] = value;
    }
  }
  return lanes;
}

/** The binary digits of `index` mirrored at the point: 0, 1/2, 1/4, 3/4, 1/8, ... */
function radicalInverse(index: number): number {
  let inverse = 0;
  let digit = 0.5;
  for (let rest = index; rest > 0; rest = Math.floor(rest / 2)) {
    inverse += (rest % 2) * digit;
    digit /= 2;
  }
  return inverse;
}

/**
 * Gives the columns mean 0 and variance 1; if `turn`, first removes from each what the ones before
 * it explain (Gram-Schmidt).
 */
function matchMoments(columns: readonly Float64Array[], turn: boolean): void {
  for (const [index, column] of columns.entries()) {
    const count = column.length;
    subtract(column, new Float64Array(count).fill(1), sum(column) / count);
    for (const earlier of turn ? columns.slice(0, index) : []) {
      subtract(column, earlier, dot(column, earlier) / count);
    }
    const sd = Math.sqrt(dot(column, column) / count);
    for (const [point, value] of column.entries()) {
      column[point] = value / sd;
    }
  }
}

function sum(a: Float64Array): number {
  return a.reduce((total, value) => total + value, 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
}

function subtract(from: Float64Array, what: Float64Array, times: number): void {
  for (const [i, value] of from.entries()) {
    from[i] = value - times * (what[i] ?? 0);
  }
}

/** The x with Phi(x) = p, 0 < p < 1. */
function normalQuantile(p: number): number {
  if (p < 0.5) {
    return -normalQuantile(1 - p);
  }
  // Phi is concave here, so that Newton's steps from 0 climb to the root and never pass it.
  let x = 0;
  let step: number;
  do {
    step = (p - normalCdf(x)) / normalDensity(x);
    x += step;
  } while (step > 1e-7);
  return x;
}

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Phi(x) by its Taylor series (Marsaglia, J. Stat. Softw. 11(4), 2004), absolute error 1e-15. */
function normalCdf(x: number): number {
  let term = x;
  let series = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(series); i += 2) {
    term *= (x * x) / i;
    series += term;
  }
  return 0.5 + series * normalDensity(x);
}
