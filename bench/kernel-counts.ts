/** Instructions of kernels at the workloads of kernels.c, counted under QEMU. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { commandLine } from "../codegen/src/run/command-line.js";
import { resources } from "../codegen/src/run/resources.js";
import type { Board } from "../codegen/src/target/board.js";

/** Emulated boards, the best of each kind: what is counted by default. */
export const BOARDS = ["linux-a53", "mps3-an547"] as const;

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
  const counts: KernelCount[] = [];
  for (let number = 0; ; number++) {
    const count = countOne(board, folder, number);
    if (count === undefined) {
      return counts;
    }
    counts.push(count);
  }
}

/** Measurement `number` of the program, undefined past the last. */
function countOne(board: Board, folder: string, number: number): KernelCount | undefined {
  const path = `${folder}/counts`;
  const plugin = `${resources.plugin.replaceAll(",", ",,")},out=${path}`;
  const [command, ...words] = commandLine(board, `${folder}/kernels`, [String(number)], plugin);
  const line = execFileSync(command, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [symbol = "", shape = "", work, unit = ""] = line.trim().split("\t");
  if (symbol === "") {
    return undefined;
  }
  const region = /^region 0 .* instructions (\d+)/m.exec(readFileSync(path, "utf8"));
  return { symbol, shape, instructions: Number(region?.[1]), work: Number(work), unit };
}
