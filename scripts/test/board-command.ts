import { readFileSync } from "node:fs";
import { commandLine } from "../../codegen/src/run/command-line.js";
import type { Board } from "../../codegen/src/target/board.js";

/** The command that runs `program`, without arguments, as boards/<board>/board.json says. */
export function boardCommand(board: string, program: string): string[] {
  return commandLine(
    JSON.parse(readFileSync(`boards/${board}/board.json`, "utf8")) as Board,
    program,
    [],
  );
}
