/** Prints the instructions of every kernel under QEMU: see kernels.c. */
import { BOARDS, countKernels, readBoard } from "./kernel-counts.js";

const boards = process.argv.slice(2);
for (const board of boards.length > 0 ? boards : BOARDS) {
  console.log(`\n${readBoard(board).target}: instructions`);
  for (const { symbol, shape, instructions, work, unit } of countKernels(board)) {
    const ratio = (instructions / work).toFixed(2).padStart(7);
    const count = String(instructions).padStart(8);
    console.log(`${symbol.padEnd(48)} ${shape.padEnd(22)} ${count} ${ratio} per ${unit}`);
  }
}
