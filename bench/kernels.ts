/** Prints what every kernel takes: instructions under QEMU, nanoseconds on the host. See kernels.c. */
import { BOARDS, countKernels, readBoard } from "./kernel-counts.js";

const boards = process.argv.slice(2);
for (const board of boards.length > 0 ? boards : BOARDS) {
  console.log(`\n${readBoard(board).target}: ${board === "host" ? "nanoseconds" : "instructions"}`);
  for (const { symbol, shape, cost, work, unit } of countKernels(board)) {
    const ratio = (cost / work).toFixed(2).padStart(7);
    const count = String(Math.round(cost)).padStart(8);
    console.log(`${symbol.padEnd(48)} ${shape.padEnd(28)} ${count} ${ratio} per ${unit}`);
  }
}
