import { closest, distance } from "fastest-levenshtein";

/**
 * A problem in what the user gave, as a value. Stages return problems, only the command prints
 * them.
 */
export interface Diagnostic {
  /** Stable kebab-case identifier, e.g. `negative-sd`. */
  readonly code: string;
  /** Where: a file, layer, tensor or option, in the user's words, e.g. `conv1.weight.sd`. */
  readonly path: string;
  /** What was expected and what was found. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Either a value or the problems that kept it from being made, never both. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A result that holds `value`. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A result that holds one or more problems. */
export function failure<T = never>(...diagnostics: readonly Diagnostic[]): Result<T> {
  return { ok: false, diagnostics };
}

/** Problems of a file's content, with the file's name before each place; options keep theirs. */
export function inFile(file: string, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { path } = diagnostic;
    if (path.startsWith("--")) {
      return diagnostic;
    }
    return { ...diagnostic, path: path === "file" ? file : `${file}: ${path}` };
  });
}

/** The hint of a message that lists all names there are, where none is near. */
export const NAME_ONE = "name one of these";

/**
 * A hint at what `name` was meant to be: the nearest of `names` where no more than a third of its
 * letters would change, rounded up, else `otherwise`, by default all of them.
 */
export function meantHint(
  name: string,
  names: readonly string[],
  otherwise = `name one of ${names.map((known) => `'${known}'`).join(", ")}`,
): string {
  const nearest = closest(name, names);
  return distance(name, nearest) <= Math.ceil(name.length / 3)
    ? `did you mean '${nearest}'?`
    : otherwise;
}

/** `1 input`, `2 inputs` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
