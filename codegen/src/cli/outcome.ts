import type { Diagnostic } from "../diagnostics.js";

export const EXIT = { fine: 0, userError: 1, bug: 2, stale: 3 } as const;

/** What a verb has to say, for people and for programs. */
export interface Outcome {
  readonly exitCode: number;
  /** For standard output; made when it is printed, as much text takes long. */
  readonly text: () => string;
  /** The document of `--json`. */
  readonly json: unknown;
  /** For standard error. */
  readonly problems: readonly Diagnostic[];
}

/** The outcome of a verb that did what it was asked to. */
export function fine(text: string | (() => string), json: unknown): Outcome {
  const made = typeof text === "string" ? () => text : text;
  return { exitCode: EXIT.fine, text: made, json, problems: [] };
}

/** The outcome of a verb that could not, because of what the user gave. */
export function userError(problems: readonly Diagnostic[]): Outcome {
  return { exitCode: EXIT.userError, text: () => "", json: { errors: problems }, problems };
}
