import type { Diagnostic } from "../diagnostics.js";
import { refusal } from "../run/refusal.js";
import { EXIT, type Outcome } from "./outcome.js";

/** Prints what a verb has to say; returns the exit code. */
export function printOutcome({ exitCode, text, json, problems }: Outcome, asJson: boolean): number {
  process.stdout.write(asJson ? `${JSON.stringify(json)}\n` : text());
  printProblems(problems);
  return exitCode;
}

/** Prints an exception: the computer's refusal is the user's to mend, all else is our bug. */
export function printUnexpected(error: unknown): number {
  const { code, syscall, path = "pfp" } = error as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) {
    printProblems([{ code: "system", path, ...refusal(error) }]);
    return EXIT.userError;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${trace}\n\nThis is a bug in pfp. Please report it, with the command, the model and this text.\n`,
  );
  return EXIT.bug;
}

function printProblems(problems: readonly Diagnostic[]): void {
  for (const { path, message, hint } of problems) {
    process.stderr.write(`error: ${path}: ${message}\nhint: ${hint}\n`);
  }
}
