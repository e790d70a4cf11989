import { type Diagnostic, meantHint } from "../diagnostics.js";
import { OPTIONS, VERBS } from "./arguments.js";

/** Puts a complaint of the command-line parser into the words of the other problems. */
export function usageProblem(complaint: string, words: readonly string[]): Diagnostic {
  const problem = (path: string, message: string, hint: string): Diagnostic => ({
    code: "usage",
    path,
    message,
    hint,
  });
  const verb = VERBS.find((candidate) => words.includes(candidate));
  const help = verb === undefined ? "see pfp --help" : `see pfp ${verb} --help`;

  const command = /^Unknown commands?: ([^,]+)/.exec(complaint)?.[1];
  if (command !== undefined) {
    return verb === undefined
      ? problem(command, "there is no such command", meantHint(command, VERBS))
      : problem(command, `pfp ${verb} takes no such argument`, help);
  }
  const option = /^Unknown arguments?: ([^,]+)/.exec(complaint)?.[1] ?? mistypedOption(words);
  if (option !== undefined) {
    const [found, known] = [`--${option}`, OPTIONS.map((name) => `--${name}`)];
    return known.includes(found)
      ? problem(found, `pfp ${verb} has no such option`, help)
      : problem(found, "there is no such option", meantHint(found, known, help));
  }
  const choice = /Argument: (\S+), Given: "(.*)", Choices: (.*)/.exec(complaint);
  if (choice !== null) {
    return problem(`--${choice[1]}`, `'${choice[2]}' is none of ${choice[3]}`, help);
  }
  const missing = /^Missing required arguments?: (.*)/.exec(complaint)?.[1];
  if (missing !== undefined) {
    const options = missing.split(", ").map((name) => `--${name}`);
    return problem(options.join(", "), "this has to be given", help);
  }
  const valueless = /^Not enough arguments following: (.*)/.exec(complaint)?.[1];
  if (valueless !== undefined) {
    return problem(`--${valueless}`, "no value follows", help);
  }
  if (complaint.startsWith("Not enough non-option arguments")) {
    return problem("model", "no posterior file given", help);
  }
  // What option-kinds.ts throws, or else what nobody foresaw.
  const [, path = "pfp", message = complaint, hint = help] =
    /^(--\S+): (.*)(?:\n(.*))?$/.exec(complaint) ?? [];
  return problem(path, message, hint);
}

/** The parser misses required options before it sees that one of them is only mistyped. */
function mistypedOption(words: readonly string[]): string | undefined {
  return words
    .map((word) => /^--([^=]+)/.exec(word)?.[1])
    .find((name) => name !== undefined && !OPTIONS.some((option) => option === name));
}
