import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, meantHint, NAME_ONE, type Result, success } from "../diagnostics.js";
import { type Board, parseBoard } from "../target/board.js";
import { memoryScript } from "../target/memory-script.js";
import { resources } from "./resources.js";

/** Under boards/: what several boards share. */
const COMMON = "common";

/** Reads boards/<name>/board.json, or says which board was meant. */
export async function loadBoard(name: string): Promise<Result<Board>> {
  const names = await boardNames();
  if (!names.includes(name)) {
    return failure({
      code: "unknown-board",
      path: "--board",
      message: `there is no board '${name}'; there are ${names.join(", ")}`,
      hint: meantHint(name, names, NAME_ONE),
    });
  }
  const path = join(boardFolder(name), "board.json");
  const board = parseBoard(await readFile(path, "utf8"), path);
  return board.ok ? checkScript(board.value) : board;
}

/** A board whose memory.ld says what its board.json does, where it has one. */
async function checkScript(board: Board): Promise<Result<Board>> {
  const script = memoryScript(board);
  const path = join(boardFolder(board.name), "memory.ld");
  return script === undefined || (await readFile(path, "utf8").catch(() => "")) === script
    ? success(board)
    : failure({
        code: "stale-script",
        path,
        message: "does not say what board.json beside it does",
        hint: `run 'make memory-scripts' in ${resources.root}`,
      });
}

/** Every board there is: a folder under boards/ but the one of what they share. */
export async function boardNames(): Promise<string[]> {
  return (await readdir(resources.boards)).filter((name) => name !== COMMON).sort();
}

/** A flag or path of a board.json, with what `${board}` and `${common}` stand for. */
export function boardPath(board: Board, text: string): string {
  return text
    .replace("${board}", boardFolder(board.name))
    .replace("${common}", join(resources.boards, COMMON));
}

function boardFolder(name: string): string {
  return join(resources.boards, name);
}
