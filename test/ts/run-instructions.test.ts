/** The instruction counter for QEMU counts exactly what stands between the markers. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNames } from "../../codegen/src/run/boards.js";
import { parseInstructionCount } from "../../codegen/src/run/instructions.js";
import { resources } from "../../codegen/src/run/resources.js";
import { board, buildProgram } from "./support/board-program.js";
import { temporaryFolder } from "./support/temporary.js";

const NOPS = (count: number) => `__asm__ volatile("${"nop\\n".repeat(count)}" : : : "memory")`;

/** Regions of 2, of 3 and 1, of 2 and 4 instructions, and a function of at least 20. */
const MARKED = `
#include "qemu/markers.h"

__attribute__((noinline)) static void twenty(void) {
    ${NOPS(20)};
}

int main(void) {
#ifdef __thumb__
    /* Six bytes before the end of a page, the least that an emulated processor may have. */
    __asm__ volatile(".balign 1024\\n.rept 509\\nnop\\n.endr");
#endif
    PFP_REGION_BEGIN(5);
    ${NOPS(2)};
    PFP_REGION_END(5);
    PFP_REGION_BEGIN(0);
    ${NOPS(3)};
    PFP_REGION_END(0);
    PFP_REGION_BEGIN(0);
    ${NOPS(1)};
    PFP_REGION_END(0);
    PFP_REGION_BEGIN(31);
    ${NOPS(2)};
    PFP_REGION_BEGIN(7);
    ${NOPS(4)};
    PFP_REGION_END(7);
    PFP_REGION_END(31);
    twenty();
    return 0;
}
`;

const folder = temporaryFolder();

for (const name of (await boardNames()).filter((board) => board !== "host")) {
  const emulated = await board(name);
  for (const compiler of emulated.compilers) {
    test(`${name}, ${compiler.cc}: regions and symbols`, () => {
      const program = buildProgram(folder, emulated, compiler, MARKED);
      const counts = join(folder, "counts.txt");
      rmSync(counts, { force: true });
      const plugin = `${resources.plugin},out=${counts},symbols=on,calls=on`;
      const { code, stderr } = program.run([], { plugin });
      assert.is(code, 0, stderr);
      const lines = readFileSync(counts, "utf8").split("\n");
      assert.equal(
        lines.filter((line) => line.startsWith("region")),
        [
          "region 0 calls 2 instructions 4 min 1 max 3",
          "region 5 calls 1 instructions 2 min 2 max 2",
          "region 7 calls 1 instructions 4 min 4 max 4",
          // Its own markers are left out, those of region 7 are not.
          "region 31 calls 1 instructions 8 min 8 max 8",
        ],
      );
      assert.equal(
        lines.filter((line) => line.startsWith("call")),
        ["call 5 2", "call 0 3", "call 0 1", "call 7 4", "call 31 8"],
      );
      const twenty = lines.find((line) => line.startsWith("symbol twenty "));
      assert.is(twenty, "symbol twenty 21");
    });
  }
}

test("the counts of region 0 are read, and their absence is told", () => {
  const text = "total 99\nregion 0 calls 2 instructions 44 min 20 max 24\nregion 1 calls 1";
  assert.equal(parseInstructionCount(text), { calls: 2, total: 44, min: 20, max: 24 });
  assert.is(parseInstructionCount("total 99\n"), undefined);
});

test.run();
