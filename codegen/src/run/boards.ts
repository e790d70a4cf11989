import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { closest } from "fastest-levenshtein";
import { failure, type Result } from "../diagnostics.js";
import { type Board, parseBoard } from "../target/board.js";
import { resources } from "./resources.js";

/** Reads boards/<name>/board.json, or says which board was meant. */
export async function loadBoard(name: string): Promise<Result<Board>> {
  const names = (await readdir(resources.boards)).sort();
  if (!names.includes(name)) {
    return failure({
      code: "unknown-board",
      path: "--board",
      message: `there is no board '${name}'; there are ${names.join(", ")}`,
      hint: `did you mean '${closest(name, names)}'?`,
    });
  }
  const path = join(boardFolder(name), "board.json");
  return parseBoard(await readFile(path, "utf8"), path);
}

/** Where a board's files are. */
export function boardFolder(name: string): string {
  return join(resources.boards, name);
}
