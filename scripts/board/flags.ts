/**
 * Prints boards/<board>/board.json as variables for make.
 *
 *   node --import tsx scripts/board/flags.ts BOARD [COMPILER]
 *
 * COMPILER is one that board.json names; without it the first installed one is taken.
 */

import type { Result } from "../../codegen/src/diagnostics.js";
import { boardPath, loadBoard } from "../../codegen/src/run/boards.js";
import { COMPILE_FLAGS } from "../../codegen/src/run/compile-flags.js";
import { resources } from "../../codegen/src/run/resources.js";
import { findCompiler } from "../../codegen/src/run/tools.js";
import { findTarget, targets } from "../../codegen/src/target/targets.js";

function must<T>(result: Result<T>): T {
  if (!result.ok) {
    const lines = result.diagnostics.map(
      ({ path, message, hint }) => `${path}: ${message}; ${hint}`,
    );
    console.error(lines.join("\n"));
    process.exit(1);
  }
  return result.value;
}

const [name = "", compilerName] = process.argv.slice(2);
const board = must(await loadBoard(name));
const compiler = must(
  findCompiler({
    ...board,
    compilers: board.compilers.filter(({ cc }) => [cc, undefined].includes(compilerName)),
  }),
);
const { isas } = must(findTarget(board.target));
const foreign = targets.flatMap((target) => target.isas).filter((isa) => !isas.includes(isa));
const local = (text: string): string => boardPath(board, text).replace(`${resources.root}/`, "");
const variables: Record<string, readonly string[]> = {
  TARGET: [board.target],
  FOREIGN_ISAS: [...new Set(foreign)],
  CC: [compiler.cc],
  COMPILE_FLAGS,
  CPU_FLAGS: compiler.flags,
  AR: [board.ar],
  LINK: [board.link.cc],
  LINK_FLAGS: board.link.flags.map(local),
  BOARD_SOURCES: board.sources.map(local),
};
for (const [variable, words] of Object.entries(variables)) {
  console.log(`${variable} := ${words.join(" ")}`.trimEnd());
}
