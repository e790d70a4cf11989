import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNames } from "../../codegen/src/run/boards.js";
import { elfSections } from "../../codegen/src/run/elf.js";
import { footprint } from "../../codegen/src/run/footprint.js";
import { board } from "./support/board-program.js";
import { temporaryFolder } from "./support/temporary.js";

const SOURCE = `
__attribute__((section(".rodata.pfp_weights"))) const float weights[25] = {1.0f};
const int table[7] = {1};
int state[5] = {1};
int zeros[9];
int square(int x);
int square(int x) { return x * x; }
`;

const folder = temporaryFolder();
const source = join(folder, "parts.c");
writeFileSync(source, SOURCE);

for (const name of await boardNames()) {
  const { compilers } = await board(name);
  for (const { cc, flags } of compilers) {
    const object = join(folder, `${name}-${cc}.o`);
    spawnSync(cc, [...flags, "-O1", "-ffunction-sections", "-c", source, "-o", object]);
    const bytes = readFileSync(object);

    test(`${name}, ${cc}: sections are those that size lists`, () => {
      const { stdout } = spawnSync("size", ["-A", object], { encoding: "utf8" });
      const listed = new Map(
        [...stdout.matchAll(/^(\.\S+) +(\d+)/gm)].map(([, section, size]) => [
          section,
          Number(size),
        ]),
      );
      const sections = elfSections(bytes);
      assert.ok(sections.some((section) => section.name === ".bss" && section.bytes === 36));
      for (const section of sections) {
        assert.is(section.bytes, listed.get(section.name), section.name);
      }
    });

    test(`${name}, ${cc}: weights apart from code and its constants`, () => {
      const code =
        elfSections(bytes).find((section) => section.name === ".text.square")?.bytes ?? 0;
      assert.ok(code > 0);
      assert.equal(footprint(bytes), { code_bytes: code + 28, weight_bytes: 100 });
    });
  }
}

test("what is no ELF file is refused", () => {
  assert.throws(() => elfSections(Buffer.from("a text that is long enough to have a header, yes")));
});

test.run();
