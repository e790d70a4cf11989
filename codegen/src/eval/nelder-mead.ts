/** A point and the value there. */
export interface Minimum {
  readonly x: readonly number[];
  readonly value: number;
}

export interface NelderMeadOptions {
  /** Edge of the first simplex. */
  readonly step: number;
  /** Ends where no vertex is farther than this from the best one, in any coordinate. */
  readonly tolerance: number;
  readonly mostEvaluations: number;
}

interface Vertex {
  readonly x: readonly number[];
  readonly value: number;
}

/**
 * Minimises a function of a few variables without derivatives by the simplex method of Nelder & Mead
 * (1965), with the factors of Gao & Han (2012), which suit up to dozens of variables. A NaN counts as
 * infinitely bad. The function may take its time, as one that runs a program does.
 */
export async function minimize(
  of: (x: readonly number[]) => Promise<number>,
  start: readonly number[],
  { step, tolerance, mostEvaluations }: NelderMeadOptions,
): Promise<Minimum> {
  const n = start.length;
  const [expansion, contraction, shrinkage] = [1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n];
  let evaluations = 0;
  const vertex = async (x: readonly number[]): Promise<Vertex> => {
    evaluations++;
    const value = await of(x);
    return { x, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  const simplex = [await vertex(start)];
  for (let i = 0; i < n; i++) {
    simplex.push(await vertex(start.map((value, k) => value + (k === i ? step : 0))));
  }
  for (;;) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, second, worst] = [simplex[0], simplex[n - 1], simplex[n]] as [
      Vertex,
      Vertex,
      Vertex,
    ];
    const isSmall = simplex.every(({ x }) =>
      x.every((value, i) => Math.abs(value - (best.x[i] as number)) <= tolerance),
    );
    if (n === 0 || isSmall || evaluations >= mostEvaluations) {
      return best;
    }
    const middle = start.map(
      (_, i) => simplex.slice(0, n).reduce((sum, { x }) => sum + (x[i] as number), 0) / n,
    );
    /** On the line from the worst vertex through the middle of the others, which is at 0. */
    const along = (t: number) =>
      vertex(middle.map((value, i) => value + t * (value - (worst.x[i] as number))));
    const reflected = await along(1);
    let next = reflected;
    if (reflected.value < best.value) {
      const expanded = await along(expansion);
      next = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value >= second.value) {
      const outside = reflected.value < worst.value;
      next = await along(outside ? contraction : -contraction);
      if (next.value > Math.min(reflected.value, worst.value)) {
        for (let i = 1; i <= n; i++) {
          const { x } = simplex[i] as Vertex;
          simplex[i] = await vertex(
            x.map(
              (value, k) => (best.x[k] as number) + shrinkage * (value - (best.x[k] as number)),
            ),
          );
        }
        continue;
      }
    }
    simplex[n] = next;
  }
}
