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
