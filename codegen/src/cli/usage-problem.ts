import { closest } from "fastest-levenshtein";
import type { Diagnostic } from "../diagnostics.js";
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
      ? problem(command, "there is no such command", `did you mean '${closest(command, VERBS)}'?`)
      : problem(command, `pfp ${verb} takes no such argument`, help);
  }
  const option = /^Unknown arguments?: ([^,]+)/.exec(complaint)?.[1] ?? mistypedOption(words);
  if (option !== undefined) {
    const nearest = closest(option, OPTIONS);
    return nearest === option
      ? problem(`--${option}`, `pfp ${verb} has no such option`, help)
      : problem(`--${option}`, "there is no such option", `did you mean '--${nearest}'?`);
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
  const bound = /^--max-drift: (.*)/.exec(complaint)?.[1];
  if (bound !== undefined) {
    return problem("--max-drift", bound, "write it as in --max-drift epistemic=0.02");
  }
  const budget = /^--(max-\w+): (.*)/.exec(complaint);
  if (budget !== null) {
    const [, name = "", what = ""] = budget;
    return problem(`--${name}`, what, `give a number of bytes, such as --${name} 65536`);
  }
  const placement = /^--place: (expected .*)/.exec(complaint)?.[1];
  if (placement !== undefined) {
    return problem("--place", placement, "write it as in --place conv1=.dtcm_weights");
  }
  const [, path, message] = /^(--\S+): (.*)/.exec(complaint) ?? ["", "pfp", complaint];
  return problem(path ?? "pfp", message ?? complaint, help);
}

/** The parser misses required options before it sees that one of them is only mistyped. */
function mistypedOption(words: readonly string[]): string | undefined {
  return words
    .map((word) => /^--([^=]+)/.exec(word)?.[1])
    .find((name) => name !== undefined && !OPTIONS.some((option) => option === name));
}
