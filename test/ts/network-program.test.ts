import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaults } from "../../codegen/src/generate.js";
import { type ModelRequest, prepareModel } from "../../codegen/src/run/prepare.js";
import { unwrap } from "./support/predict.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();

/** Writes the C files of a committed model under another name; returns the paths of its sources. */
async function compileAs(
  name: string,
  model: string,
  options: Partial<ModelRequest> = {},
): Promise<string[]> {
  const path = `models/${model}.safetensors`;
  const request = { ...defaults, model: path, target: "host", name, ...options };
  for (const file of unwrap(await prepareModel(request)).generation.files) {
    writeFileSync(join(folder, file.name), file.content);
  }
  return [join(folder, `${name}.c`), join(folder, `${name}_weights.c`)];
}

/** Compiles a program of test/program with these models, and expects it to find nothing wrong. */
function runProgram(name: string, models: readonly string[]): void {
  const sources = [`test/program/${name}.c`, ...models, "build/host/libpfp.a"];
  const program = join(folder, name);
  const include = ["-Iruntime-c/include", `-I${folder}`];
  const flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Wshadow", "-pthread"];
  const compiled = spawnSync("gcc", [...flags, ...include, ...sources, "-lm", "-o", program], {
    encoding: "utf8",
  });
  assert.is(compiled.status, 0, compiled.stderr);
  const { status, stdout, stderr } = spawnSync(program, { encoding: "utf8" });
  assert.is(stdout, "");
  assert.is(status, 0, stderr);
}

test("two models live in one program", async () => {
  runProgram("two_models", [
    ...(await compileAs("first", "lenet5")),
    ...(await compileAs("second", "mlp")),
  ]);
});

for (const draw of ["weights", "activations"] as const) {
  test(`a sampled model that draws ${draw} keeps its state where it is told`, async () => {
    const sampled = { mode: "sampled", samples: 3 } as const;
    runProgram("sampled", [
      ...(await compileAs("drawing", "lenet5", { ...sampled, draw })),
      ...(await compileAs("beforehand", "lenet5", { ...sampled, draw: "beforehand" })),
    ]);
  });
}

for (const model of ["lenet5", "mlp"]) {
  test(`a program predicts batches of ${model}`, async () => {
    runProgram("batch", await compileAs("many", model, { batch: 4 }));
  });
}

test.run();
