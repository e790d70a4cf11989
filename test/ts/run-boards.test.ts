import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNames, loadBoard } from "../../codegen/src/run/boards.js";
import { type Board, parseBoard } from "../../codegen/src/target/board.js";
import { checkMemory } from "../../codegen/src/target/memory.js";
import { targets } from "../../codegen/src/target/targets.js";

async function board(name: string): Promise<Board> {
  const loaded = await loadBoard(name);
  if (!loaded.ok) {
    throw new Error(JSON.stringify(loaded.diagnostics));
  }
  return loaded.value;
}

const PLACED = { code: "ITCM", weights: "SRAM", arena: "DTCM", data: "DTCM", heap: "ISRAM" };

test("every board.json is sound and every target has its board", async () => {
  for (const name of await boardNames()) {
    assert.is((await board(name)).name, name);
  }
  for (const target of targets) {
    assert.is((await board(target.board)).target, target.name);
  }
});

for (const name of await boardNames()) {
  const { memory = [] } = await board(name);
  for (const { name: part, origin, bytes } of memory) {
    test(`${name}: the linker script has ${part} as board.json says`, () => {
      const script = readFileSync(`boards/${name}/memory.ld`, "utf8");
      const line = new RegExp(`^ *${part} .*ORIGIN = (\\w+), LENGTH = (\\d+)K$`, "m");
      const [, at, size] = line.exec(script) ?? [];
      assert.is(at, origin);
      assert.is(Number(size) * 1024, bytes);
    });
  }
}

test("memory: what has a section of its own counts where that is, and no other is taken", async () => {
  const an547 = await board("mps3-an547");
  const bytes = { weights: 10, arena: 516_000 };
  const placed = (sections: Record<string, number>) =>
    checkMemory(an547, { ...bytes, sections }).map(({ code, path }) => `${code} ${path}`);
  assert.equal(placed({ ".pfp_fast": 96, ".pfp_external": 4_000_000 }), []);
  assert.equal(placed({ ".pfp_fast": 97 }), ["does-not-fit mps3-an547: DTCM"]);
  assert.equal(placed({ ".pfp_external": 5_000_000 }), ["does-not-fit mps3-an547: ISRAM"]);
  assert.equal(placed({ ".flash": 1 }), ["unknown-section --place"]);
  const { sections, ...unlisted } = an547;
  assert.ok(sections !== undefined);
  assert.equal(checkMemory(unlisted, { ...bytes, sections: { ".flash": 1 } }), []);
});

test("an unknown board is answered with the nearest name", async () => {
  const loaded = await loadBoard("mps3-an54");
  assert.match(loaded.ok ? "" : (loaded.diagnostics[0]?.hint ?? ""), "'mps3-an547'");
});

test("a board.json that is none says where", async () => {
  const text = readFileSync("boards/mps3-an547/board.json", "utf8");
  const problemOf = (changed: string) => {
    const parsed = parseBoard(changed, "board.json");
    return parsed.ok ? undefined : parsed.diagnostics[0];
  };
  const pathOf = (changed: string) => problemOf(changed)?.path ?? "";
  assert.is(pathOf(text), "");
  assert.is(pathOf("{"), "board.json");
  assert.match(problemOf("{")?.message ?? "", /^not JSON: /);
  assert.is(problemOf("")?.message, "the file is empty");
  assert.is(pathOf(text.replace('"ar": "arm', '"as": "arm')), "board.json: ar");
  assert.is(
    problemOf(text.replace('"ar": "arm', '"as": "arm'))?.message,
    "expected string, found nothing",
  );
  assert.is(
    pathOf(text.replace('"weights": "SRAM"', '"weights": "QSPI"')),
    "board.json: placement",
  );
});

test("memory: exactly full fits, one byte more is told by how much and where", async () => {
  const an547 = await board("mps3-an547");
  assert.equal(checkMemory(an547, { weights: 2_097_152, arena: 516_096 }), []);
  assert.is(checkMemory(an547, { weights: 10, arena: 516_097 })[0]?.path, "mps3-an547: DTCM");
  const [problem, ...others] = checkMemory(an547, { weights: 2_097_153, arena: 10 });
  assert.equal(others, []);
  assert.is(problem?.path, "mps3-an547: SRAM");
  assert.match(problem?.message ?? "", "1 bytes too many");
  assert.is(checkMemory(an547, { weights: 3_000_000, arena: 600_000 }).length, 2);
});

test("memory: parts that share one are added up; systems that load programs have no limit", async () => {
  const an547 = await board("mps3-an547");
  const shared = { ...an547, placement: { ...PLACED, weights: "DTCM" } };
  const [problem] = checkMemory(shared, { weights: 500_000, arena: 30_000 });
  assert.match(
    problem?.message ?? "",
    "516096 bytes for weights and arena, the model needs 530000",
  );
  assert.equal(checkMemory(await board("host"), { weights: 1e12, arena: 1e12 }), []);
});

test.run();
