/** Counts the instructions of every kernel under QEMU and prints a table: see kernels.c. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { commandLine } from "../codegen/src/run/command-line.js";
import type { Board } from "../codegen/src/target/board.js";

const PLUGIN = "build/qemu/libicount.so";

function run(command: string, words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) {
    console.error(`${[command, ...words].join(" ")}\n${stdout}${stderr}${error ?? ""}`);
    process.exit(1);
  }
  return stdout;
}

/** What the program printed for measurement `number`, and the instructions between its markers. */
function measure(board: Board, number: number): { line: string; instructions: number } {
  const folder = `build/${board.target}/bench`;
  const counts = `${folder}/counts`;
  const plugin = `${PLUGIN},out=${counts}`;
  const [command, ...words] = commandLine(board, `${folder}/kernels`, [String(number)], plugin);
  const line = run(command, words).trim();
  const region = /^region 0 .* instructions (\d+)/m.exec(readFileSync(counts, "utf8"));
  return { line, instructions: Number(region?.[1]) };
}

function bench(name: string): void {
  const board = JSON.parse(readFileSync(`boards/${name}/board.json`, "utf8")) as Board;
  mkdirSync(`build/${board.target}/bench`, { recursive: true });
  run("make", ["-f", "bench/kernels.mk", `BOARD=${name}`]);
  console.log(`\n${board.target}: instructions`);
  for (let number = 0; ; number++) {
    const { line, instructions } = measure(board, number);
    if (line === "") {
      return;
    }
    const [kernel = "", shape = "", work = "", unit = ""] = line.split("\t");
    const ratio = (instructions / Number(work)).toFixed(2).padStart(7);
    const count = String(instructions).padStart(8);
    console.log(`${kernel.padEnd(48)} ${shape.padEnd(22)} ${count} ${ratio} per ${unit}`);
  }
}

const boards = process.argv.slice(2);
for (const board of boards.length > 0 ? boards : ["linux-a53", "mps3-an547"]) {
  bench(board);
}
