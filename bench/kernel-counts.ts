/** Instructions of kernels at the workloads of kernels.c, counted under QEMU. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { commandLine } from "../codegen/src/run/command-line.js";
import { resources } from "../codegen/src/run/resources.js";
import type { Board } from "../codegen/src/target/board.js";

/** The boards on which instructions are counted, one a target. */
export const BOARDS = [
  ...["linux-a53", "linux-a72", "linux-a76"],
  ...["mps2-an386", "mps2-an500", "mps3-an547"],
] as const;

/** One kernel at one workload. */
export interface KernelCount {
  readonly symbol: string;
  readonly shape: string;
  /** Exact, of one call. */
  readonly instructions: number;
  /** Units of work in the call. */
  readonly work: number;
  readonly unit: string;
}

export function readBoard(name: string): Board {
  return JSON.parse(readFileSync(`boards/${name}/board.json`, "utf8")) as Board;
}

/**
 * Builds kernels.c for a board and counts every kernel that the board has.
 *
 * @throws when the program cannot be built or run, with what it printed
 */
export function countKernels(boardName: string): KernelCount[] {
  const board = readBoard(boardName);
  const folder = `build/${board.target}/bench`;
  mkdirSync(folder, { recursive: true });
  execFileSync("make", ["-s", "-f", "bench/kernels.mk", `BOARD=${boardName}`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const path = `${folder}/counts`;
  const plugin = `${resources.plugin.replaceAll(",", ",,")},out=${path},calls=on`;
  const [command, ...words] = commandLine(board, `${folder}/kernels`, [], plugin);
  const output = execFileSync(command, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const calls = [...readFileSync(path, "utf8").matchAll(/^call 0 (\d+)$/gm)];
  const lines = output.trim().split("\n");
  if (calls.length !== lines.length) {
    throw new Error(`${lines.length} measurements of ${boardName} gave ${calls.length} counts`);
  }
  return lines.map((line, index) => {
    const [symbol = "", shape = "", work, unit = ""] = line.trim().split("\t");
    return { symbol, shape, instructions: Number(calls[index]?.[1]), work: Number(work), unit };
  });
}
