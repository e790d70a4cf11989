/** Programs need the pfp library of their target, and one that is not older than pfp. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { idxFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { projectCopy } from "./support/project-copy.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());
const images = join(folder, "images.idx");
writeFileSync(images, idxFile([2, 6], new Uint8Array(12)));

/** A project whose library in build/`name` lacks `member`. */
function withoutMember(name: string, ar: string, member: string): string {
  const project = projectCopy(folder, name);
  const archive = join(project, "build", name, "libpfp.a");
  mkdirSync(join(project, "build", name));
  cpSync(join("build", name, "libpfp.a"), archive);
  const { status, stderr } = spawnSync(ar, ["d", archive, member]);
  assert.is(status, 0, String(stderr));
  return project;
}

/** The command ends with exit code 1 and these first lines, and does not speak of a bug. */
async function assertProblem(words: readonly string[], project: string, wanted: RegExp) {
  const { code, stdout, stderr } = await pfp(words, undefined, {}, project);
  assert.is(code, 1, stderr);
  assert.is(stdout, "");
  assert.match(stderr, wanted);
  assert.not.match(stderr, "bug in pfp");
}

for (const [target, ar, kernel] of [
  ["host", "ar", "pfp_relu_f32_x86"],
  ["cortex-a53", "aarch64-linux-gnu-ar", "pfp_relu_f32_neon"],
  ["cortex-m55", "arm-none-eabi-ar", "pfp_relu_f32_helium"],
] as const) {
  test(`${target}: a library that lacks a kernel is older than pfp`, async () => {
    await assertProblem(
      ["run", model, "--target", target, "--input", images],
      withoutMember(target, ar, `${kernel}.o`),
      new RegExp(
        `^error: build/${target}/libpfp.a: the pfp library for ${target} is older than pfp: it has no ${kernel}\nhint: run 'make lib' in /`,
      ),
    );
  });
}

test("pfp bench says it of the library of another compiler", async () => {
  const compiler = "aarch64-linux-gnu-gcc";
  await assertProblem(
    ["bench", model, "--target", "cortex-a53", "--mode", "pfp", "--compiler", compiler],
    withoutMember(`cortex-a53-${compiler}`, "aarch64-linux-gnu-ar", "pfp_relu_f32_neon.o"),
    /libpfp.a: the pfp library for cortex-a53 by aarch64-linux-gnu-gcc is older than pfp: .*\nhint: run 'make lib-all' in \//,
  );
});

test("a library that is not built is named, and how to get it", async () => {
  await assertProblem(
    ["run", model, "--target", "cortex-a53", "--input", images],
    projectCopy(folder, "cortex-a53"),
    /^error: build\/cortex-a53\/libpfp.a: the pfp library for cortex-a53 is not built\nhint: run 'make lib' in \//,
  );
});

test.run();
