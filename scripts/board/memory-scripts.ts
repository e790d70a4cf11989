/** Writes boards/<board>/memory.ld from its board.json, for every board: `make memory-scripts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boardNames } from "../../codegen/src/run/boards.js";
import { resources } from "../../codegen/src/run/resources.js";
import { parseBoard } from "../../codegen/src/target/board.js";
import { memoryScript } from "../../codegen/src/target/memory-script.js";

for (const name of await boardNames()) {
  const path = join(resources.boards, name, "board.json");
  const board = parseBoard(readFileSync(path, "utf8"), path);
  if (!board.ok) {
    console.error(JSON.stringify(board.diagnostics));
    process.exit(1);
  }
  const script = memoryScript(board.value);
  if (script !== undefined) {
    writeFileSync(join(resources.boards, name, "memory.ld"), script);
  }
}
