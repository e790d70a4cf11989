import type { Work } from "../codegen/src/ir/work.js";

/** What a kernel took for some work. */
export interface Measured {
  readonly work: Work;
  readonly cost: number;
}

/** How much more the first measurement counts than others: its shape is one of common models. */
const FIRST_WEIGHT = 4;

/**
 * The cost of each term of the work, none negative, so that the sum comes as near to what was
 * measured as it can: non-negative least squares of the relative errors (Lawson & Hanson 1974).
 * Terms that cost nothing are left out; costs have four digits.
 */
export function fit(measured: readonly Measured[]): Record<string, number> {
  const terms = [...new Set(measured.flatMap(({ work }) => Object.keys(work)))];
  const weights = measured.map((_, i) => (i === 0 ? FIRST_WEIGHT : 1));
  const rows = measured.map(({ work, cost }, i) =>
    terms.map((term) => ((weights[i] ?? 1) * (work[term] ?? 0)) / cost),
  );
  const lengths = terms.map((_, j) => Math.hypot(...rows.map((row) => row[j] ?? 0)) || 1);
  const unit = rows.map((row) => row.map((value, j) => value / (lengths[j] ?? 1)));
  const costs = nonNegative(unit, weights).map((cost, j) => cost / (lengths[j] ?? 1));
  return Object.fromEntries(
    terms
      .map((term, j) => [term, Number((costs[j] ?? 0).toPrecision(4))] as const)
      .filter(([, cost]) => cost > 0),
  );
}

const ENOUGH = 1e-9;

type Matrix = readonly (readonly number[])[];

/** The x >= 0 that brings rows * x nearest to `right`; columns have length one. */
function nonNegative(rows: Matrix, right: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0;
  let x = new Array<number>(width).fill(0);
  const free = new Set<number>();
  for (let turns = 0; turns < 100; turns++) {
    const left = rows.map((row, i) => (right[i] ?? 0) - dot(row, x));
    const gains = x.map((_, j) => (free.has(j) ? 0 : dot(column(rows, j), left)));
    const best = gains.indexOf(Math.max(...gains));
    if ((gains[best] ?? 0) <= ENOUGH) {
      break;
    }
    free.add(best);
    for (;;) {
      const wanted = leastSquares(rows, right, [...free]);
      const below = [...free].filter((j) => (wanted[j] ?? 0) <= 0);
      if (below.length === 0) {
        x = wanted;
        break;
      }
      // As far towards it as all stay positive; what reaches zero is free no more.
      const step = Math.min(...below.map((j) => share(x[j] ?? 0, wanted[j] ?? 0)));
      x = x.map((value, j) => value + step * ((wanted[j] ?? 0) - value));
      for (const j of below.filter((j) => share(x[j] ?? 0, wanted[j] ?? 0) <= ENOUGH)) {
        free.delete(j);
        x[j] = 0;
      }
    }
  }
  return x;
}

/** How much of the way from `value` > 0 to `wanted` <= 0 leads to zero. */
function share(value: number, wanted: number): number {
  return value <= 0 ? 0 : value / (value - wanted);
}

/** Keeps columns that depend on each other solvable. */
const RIDGE = 1e-10;

/** Least squares with all but the `free` unknowns zero, by the normal equations. */
function leastSquares(rows: Matrix, right: readonly number[], free: readonly number[]): number[] {
  const columns = free.map((j) => column(rows, j));
  const solved = solve(
    columns.map((a, i) => [
      ...columns.map((b, j) => dot(a, b) + (i === j ? RIDGE : 0)),
      dot(a, right),
    ]),
  );
  const x = new Array<number>(rows[0]?.length ?? 0).fill(0);
  for (const [i, j] of free.entries()) {
    x[j] = solved[i] ?? 0;
  }
  return x;
}

/** Gauss-Jordan elimination of a positive definite system, its right side the last column. */
function solve(system: Matrix): number[] {
  const matrix = system.map((row) => [...row]);
  for (let i = 0; i < matrix.length; i++) {
    const pivot = matrix[i] ?? [];
    for (let j = 0; j < matrix.length; j++) {
      const row = matrix[j] ?? [];
      const factor = j === i ? 0 : (row[i] ?? 0) / (pivot[i] ?? 1);
      matrix[j] = row.map((value, k) => value - factor * (pivot[k] ?? 0));
    }
  }
  return matrix.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

function column(rows: Matrix, j: number): number[] {
  return rows.map((row) => row[j] ?? 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
