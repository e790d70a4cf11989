/** How far a figure may go from the committed one, either way. */
export const TOLERANCE = 0.02;

/** A figure that is not what it was. */
export interface Difference {
  /** Where it stands, from outside in. */
  readonly path: readonly string[];
  /** Undefined where it is new, or gone. */
  readonly before: number | string | undefined;
  readonly now: number | string | undefined;
  /** Beyond the tolerance, new or gone. */
  readonly fails: boolean;
}

type Tree = { readonly [name: string]: Leaf | Tree };
type Leaf = number | string;

/** Every difference between two trees of figures of the same form. */
export function differences(before: object, now: object): Difference[] {
  return compareTrees(before as Tree, now as Tree, []);
}

function compareTrees(before: Tree, now: Tree, path: readonly string[]): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => {
    const [a, b] = [before[name], now[name]];
    const here = [...path, name];
    if (typeof a === "object" || typeof b === "object") {
      return compareTrees(asTree(a), asTree(b), here);
    }
    return a === b ? [] : [{ path: here, before: a, now: b, fails: isFar(a, b) }];
  });
}

function asTree(value: Leaf | Tree | undefined): Tree {
  return typeof value === "object" ? value : {};
}

function isFar(before: Leaf | undefined, now: Leaf | undefined): boolean {
  if (typeof before !== "number" || typeof now !== "number") {
    return true;
  }
  return !(Math.abs(now - before) <= TOLERANCE * before);
}

/** One line, e.g. `FAILS  cortex-a53, models, lenet5 pfp fast, instructions: 100 -> 103 (+3.0 %)`. */
export function showDifference({ path, before, now, fails }: Difference): string {
  const change =
    typeof before === "number" && typeof now === "number" && before !== 0
      ? ` (${now > before ? "+" : ""}${(100 * (now / before - 1)).toFixed(1)} %)`
      : "";
  return `${fails ? "FAILS" : "     "}  ${path.join(", ")}: ${before ?? "none"} -> ${now ?? "none"}${change}`;
}
