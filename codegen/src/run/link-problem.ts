import type { Diagnostic } from "../diagnostics.js";
import type { Board } from "../target/board.js";
import { staleLibrary } from "./library.js";
import type { Library } from "./resources.js";

/** What the user can mend of what the linker says; nothing where the fault is ours. */
export function linkProblem(
  output: string,
  board: Board,
  library: Library,
): Diagnostic | undefined {
  const lacking = /undefined reference to [`'](pfp_\w+)/.exec(output)?.[1];
  if (lacking !== undefined) {
    return staleLibrary(library, lacking);
  }
  const [, memory, bytes] = /region [`'](\w+)' overflowed by (\d+) bytes/.exec(output) ?? [];
  return memory === undefined
    ? undefined
    : {
        code: "does-not-fit",
        path: `${board.name}: ${memory}`,
        message: `the program takes ${bytes} bytes more than ${memory} has`,
        hint: "train a smaller model, or choose another board with --board",
      };
}
