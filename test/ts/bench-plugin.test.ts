/** pfp bench in a project whose instruction counter is not built. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pfp } from "./support/pfp.js";
import { projectCopy } from "./support/project-copy.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());

const project = projectCopy(folder, "qemu");
const bench = (...targets: string[]) =>
  pfp(["bench", model, "--tier", "fast", "--target", ...targets], undefined, {}, project);

test("what it counts is left out, and how to get it is said; times stand", async () => {
  const { code, stdout, stderr } = await bench("host", "cortex-a53");
  assert.is(code, 0, stderr);
  assert.match(stdout, /small on host \(host\): nanoseconds/);
  assert.not.match(stdout, /small on cortex-a53/);
  assert.match(stdout, /left out: instructions on cortex-a53: .* not built; run 'make plugin' in /);
});

test("with nothing left to measure it ends with exit code 1", async () => {
  const { code, stdout, stderr } = await bench("cortex-a53");
  assert.is(code, 1);
  assert.is(stdout, "");
  assert.match(stderr, /error: instructions on cortex-a53: .*\n.*make plugin/);
});

test.run();
