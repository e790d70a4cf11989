import type { Figures } from "./bootstrap.js";
import type { Estimate } from "./interval.js";

/** A model's figures, and by how much each exceeds that of the first model, over the same inputs. */
export interface Compared {
  readonly name: string;
  readonly figures: Readonly<Record<string, Estimate>>;
  /** Absent of the first model. */
  readonly difference?: Readonly<Record<string, Estimate>>;
}

/** A model whose figures follow from how often each input counts. */
export interface Weighted {
  readonly name: string;
  readonly figures: (weights: readonly Float64Array[]) => Figures;
}

/** The figures of all models under names of their own, and their differences from the first's. */
export function differences(
  models: readonly Weighted[],
  weights: readonly Float64Array[],
): Figures {
  const all: Record<string, number> = {};
  let first: Figures | undefined;
  models.forEach(({ figures }, model) => {
    const own = figures(weights);
    first ??= own;
    for (const [figure, value] of Object.entries(own)) {
      all[`${model} ${figure}`] = value;
      if (model > 0 && figure in first) {
        all[`${model} - ${figure}`] = value - (first[figure] as number);
      }
    }
  });
  return all;
}

/** What `differences` named, apart again. */
export function compare(
  names: readonly string[],
  estimates: Readonly<Record<string, Estimate>>,
): Compared[] {
  const under = (prefix: string) =>
    Object.fromEntries(
      Object.entries(estimates)
        .filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes(" "))
        .map(([key, estimate]) => [key.slice(prefix.length), estimate]),
    );
  return names.map((name, model) => ({
    name,
    figures: under(`${model} `),
    ...(model > 0 ? { difference: under(`${model} - `) } : {}),
  }));
}
