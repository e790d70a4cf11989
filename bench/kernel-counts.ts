/** What kernels take at the workloads of kernels.c: instructions under QEMU, or time. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { commandLine, isEmulated } from "../codegen/src/run/command-line.js";
import { resources } from "../codegen/src/run/resources.js";
import type { Board } from "../codegen/src/target/board.js";
import { describeWorkload, fieldsOf, kernelOf, numbersOf, type Workload } from "./workloads.js";

/** The boards on which instructions are counted, one a target. */
export const BOARDS = [
  ...["linux-a53", "linux-a72", "linux-a76"],
  ...["mps2-an386", "mps2-an500", "mps3-an547"],
] as const;

/** One kernel at one workload. */
export interface KernelCount extends Workload {
  readonly symbol: string;
  /** The numbers of its shape, as kernels.c prints them. */
  readonly numbers: string;
  /** Of one call: instructions, exact, or on the host nanoseconds. */
  readonly cost: number;
}

export function readBoard(name: string): Board {
  return JSON.parse(readFileSync(`boards/${name}/board.json`, "utf8")) as Board;
}

/**
 * Builds kernels.c for a board and measures every kernel that the board has.
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
  const lines = output.trim().split("\n");
  const counts = isEmulated(board)
    ? [...readFileSync(path, "utf8").matchAll(/^call 0 (\d+)$/gm)].map(([, count]) => count)
    : [];
  if (isEmulated(board) && counts.length !== lines.length) {
    throw new Error(`${lines.length} measurements of ${boardName} gave ${counts.length} counts`);
  }
  return lines.map((line, index) => {
    const [symbol = "", numbers = "", nanoseconds] = line.trim().split("\t");
    const { op } = kernelOf(symbol);
    const workload = describeWorkload(op, fieldsOf(op, numbersOf(numbers)));
    return { symbol, numbers, cost: Number(counts[index] ?? nanoseconds), ...workload };
  });
}
