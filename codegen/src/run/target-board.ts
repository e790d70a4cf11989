import { failure, type Result, success } from "../diagnostics.js";
import type { Board } from "../target/board.js";
import { findTarget, type Target } from "../target/targets.js";
import { loadBoard } from "./boards.js";

/** The target called `name` and its board, or the board that is asked for. */
export async function findTargetBoard(
  name: string,
  boardName: string | undefined,
): Promise<Result<{ readonly target: Target; readonly board: Board }>> {
  const target = findTarget(name);
  if (!target.ok) {
    return target;
  }
  const board = await loadBoard(boardName ?? target.value.board);
  if (!board.ok) {
    return board;
  }
  if (board.value.target !== name) {
    return failure({
      code: "wrong-board",
      path: "--board",
      message: `board '${board.value.name}' has target ${board.value.target}, not ${name}`,
      hint: `use --target ${board.value.target}, or --board ${target.value.board}`,
    });
  }
  return success({ target: target.value, board: board.value });
}
