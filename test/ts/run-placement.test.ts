/** board.json and --place say where weights and arena are: read from the program that is linked. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaults } from "../../codegen/src/defaults.js";
import { loadBoard } from "../../codegen/src/run/boards.js";
import { buildProgram } from "../../codegen/src/run/build.js";
import { elfSections } from "../../codegen/src/run/elf.js";
import { prepareModel } from "../../codegen/src/run/prepare.js";
import type { Board } from "../../codegen/src/target/board.js";
import { memoryScript } from "../../codegen/src/target/memory-script.js";
import { unwrap } from "./support/predict.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());
const an547 = unwrap(await loadBoard("mps3-an547"));

/** The memory of a board that holds each section of a program. */
function memoriesOf(program: string, { memory = [] }: Board): Map<string, string | undefined> {
  return new Map(
    elfSections(readFileSync(program)).map(({ name, address, bytes }) => {
      const holder = memory.find(
        ({ origin, bytes: size }) =>
          address >= Number(origin) && address + bytes <= Number(origin) + size,
      );
      return [name, holder?.name];
    }),
  );
}

const place = [
  { layer: "fc1", section: ".pfp_fast" },
  { layer: "fc2", section: ".pfp_external" },
];
const request = { ...defaults, model, target: "cortex-m55", place };

test("weights and arena are where board.json has them, placed layers in their sections", async () => {
  const { generation } = unwrap(await prepareModel(request));
  const { path } = unwrap(await buildProgram(generation, an547));
  const memories = memoriesOf(path, an547);
  assert.is(memories.get(".pfp_weights"), "SRAM");
  assert.is(memories.get(".pfp_arena"), "DTCM");
  assert.is(memories.get(".pfp_fast"), "DTCM");
  assert.is(memories.get(".pfp_external"), "ISRAM");
  assert.is(memories.get(".text"), "ITCM");
  const sections = new Map(elfSections(readFileSync(path)).map((found) => [found.name, found]));
  const layers = new Map(generation.report.layers.map((layer) => [layer.name, layer.weight_bytes]));
  assert.is(sections.get(".pfp_fast")?.bytes, layers.get("fc1"));
  assert.is(sections.get(".pfp_external")?.bytes, layers.get("fc2"));
  assert.is(sections.get(".pfp_arena")?.bytes, generation.report.arena_bytes);
});

test("another board.json puts them elsewhere", async () => {
  const placement = { code: "ITCM", weights: "ISRAM", arena: "SRAM", data: "DTCM", heap: "ISRAM" };
  const sections = { ".pfp_fast": "ITCM", ".pfp_external": "SRAM" };
  const moved = { ...an547, placement, sections };
  const script = join(folder, "memory.ld");
  writeFileSync(script, memoryScript(moved) ?? "");
  const flags = moved.link.flags.map((flag) => flag.replace("${board}/memory.ld", script));
  const { generation } = unwrap(await prepareModel(request));
  const { path } = unwrap(
    await buildProgram(generation, { ...moved, link: { ...moved.link, flags } }),
  );
  const memories = memoriesOf(path, moved);
  assert.is(memories.get(".pfp_weights"), "ISRAM");
  assert.is(memories.get(".pfp_arena"), "SRAM");
  assert.is(memories.get(".pfp_fast"), "ITCM");
  assert.is(memories.get(".pfp_external"), "SRAM");
});

test.run();
