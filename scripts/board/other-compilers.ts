/**
 * Prints the installed compilers of boards/<board>/board.json after the first, which is the one
 * that scripts/c.mk takes by itself.
 *
 *   node --import tsx scripts/board/other-compilers.ts BOARD
 */

import { loadBoard } from "../../codegen/src/run/boards.js";
import { isInstalled } from "../../codegen/src/run/tools.js";

const board = await loadBoard(process.argv[2] ?? "");
if (!board.ok) {
  console.error(board.diagnostics.map(({ message }) => message).join("\n"));
  process.exit(1);
}
const installed = board.value.compilers.map(({ cc }) => cc).filter(isInstalled);
console.log(installed.slice(1).join(" "));
