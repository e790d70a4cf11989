import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generateWith, unwrap } from "./support/generator.js";
import { temporaryFolder } from "./support/temporary.js";

test("the Python of docs/posterior-format.md writes a file that compiles", () => {
  const [, writer = ""] =
    /```python\n(.*?)```/s.exec(readFileSync("docs/posterior-format.md", "utf8")) ?? [];
  const lines = writer.split("\n").filter((line) => line.trim() !== "");
  assert.ok(lines.length > 10 && lines.length < 25, `${lines.length} lines`);

  const file = join(temporaryFolder(), "tiny.safetensors");
  // -I: nothing but the standard library.
  const { status, stderr } = spawnSync("/usr/bin/python3", ["-I", "-", file], {
    input: writer,
    encoding: "utf8",
  });
  assert.is(status, 0, stderr);

  const { model, report } = unwrap(generateWith(readFileSync(file)));
  assert.equal(model.labels, ["no", "yes"]);
  assert.equal(
    report.layers.map(({ op, output_shape }) => `${op} ${output_shape}`),
    ["finite 2", "dense 3", "relu 3", "dense 2"],
  );
});

test.run();
