import { spawnSync } from "node:child_process";
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pfp, startPfp } from "./support/pfp.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const KILLS = 30;

const folder = temporaryFolder();
const models = ["a", "b"].map((name, seed) => {
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, classifier(seed + 1, 500));
  return path;
});
const out = join(folder, "out");

function compile(model: string, target: string, ...options: string[]) {
  return ["compile", model, "--target", "host", "--out", target, ...options];
}

/** The files in a folder, by name. */
function contents(target: string): Map<string, string> {
  const names = readdirSync(target).sort();
  return new Map(names.map((name) => [name, readFileSync(join(target, name), "utf8")]));
}

/** What each of the two models gives, written without interruption. */
const whole: Map<string, string>[] = [];

test("the same model gives the same files, from any working directory", async () => {
  for (const [index, model] of models.entries()) {
    const target = join(folder, `whole${index}`);
    assert.is((await pfp(compile(model, target))).code, 0);
    whole.push(contents(target));
    assert.is(
      (await pfp(compile(`../${index === 0 ? "a" : "b"}.safetensors`, "."), target)).code,
      0,
    );
    assert.equal(contents(target), whole[index]);
  }
  const names = [
    "CMakeLists.txt",
    "model.c",
    "model.d.ts",
    "model.h",
    "model_weights.c",
    "report.json",
  ];
  assert.equal([...(whole[0]?.keys() ?? [])], names);
  assert.not.equal(whole[0], whole[1]);
});

test("--json names the files and reports what the model needs", async () => {
  const { code, stdout } = await pfp(compile(models[0] ?? "", out, "--json"));
  assert.is(code, 0);
  const { files, report } = JSON.parse(stdout);
  assert.equal([...files].sort(), readdirSync(out).sort());
  assert.ok(report.arena_bytes > 0 && report.weight_bytes > 0);
});

test("--check: exit 0 when fresh, 3 after a change of one byte, and writes nothing", async () => {
  const fresh = await pfp(compile(models[0] ?? "", out, "--check"));
  assert.is(fresh.code, 0, fresh.stderr);
  for (const name of readdirSync(out)) {
    const path = join(out, name);
    const original = readFileSync(path);
    const changed = Buffer.from(original);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, changed);
    const { code, stdout, stderr } = await pfp(compile(models[0] ?? "", out, "--check", "--json"));
    assert.is(code, 3, name);
    assert.equal(JSON.parse(stdout).stale, [name]);
    assert.match(stderr, `error: ${path}: `);
    assert.equal(readFileSync(path), changed);
    writeFileSync(path, original);
  }
  rmSync(join(out, "model.h"));
  const { code, stderr } = await pfp(compile(models[0] ?? "", out, "--check"));
  assert.is(code, 3);
  assert.match(stderr, "model.h");
});

test("--check of a folder that is not there makes none", async () => {
  const absent = join(folder, "absent");
  assert.is((await pfp(compile(models[0] ?? "", absent, "--check"))).code, 3);
  assert.not(readdirSync(folder).includes("absent"));
});

/** Whether the compiler takes the C files of a folder. */
function compiles(target: string): boolean {
  const { status } = spawnSync(
    "gcc",
    ["-std=c99", "-fsyntax-only", "-Iruntime-c/include", `-I${target}`].concat(
      ["model.c", "model_weights.c"].map((name) => join(target, name)),
    ),
  );
  return status === 0;
}

test("a mixed set of C files does not compile", () => {
  const names = ["model.h", "model.c", "model_weights.c"];
  const target = join(folder, "mixed");
  mkdirSync(target);
  for (let choice = 0; choice < 8; choice++) {
    names.forEach((name, i) => {
      writeFileSync(join(target, name), whole[(choice >> i) & 1]?.get(name) ?? "");
    });
    assert.is(compiles(target), choice === 0 || choice === 7, `choice ${choice}`);
  }
});

/** Starts a compile and kills it: at a random time, or a little after it begins to write. */
function killedCompile(model: string, whileWriting: boolean): Promise<void> {
  return new Promise((resolve) => {
    const child = startPfp(compile(model, out));
    let watcher: FSWatcher | undefined;
    let timer: NodeJS.Timeout | undefined;
    const killIn = (milliseconds: number) => {
      timer ??= setTimeout(() => child.kill("SIGKILL"), milliseconds);
    };
    if (whileWriting) {
      watcher = watch(out, () => killIn(Math.random() * 15));
    } else {
      killIn(Math.random() * 1500);
    }
    child.once("close", () => {
      clearTimeout(timer);
      watcher?.close();
      resolve();
    });
  });
}

test(`killed at any moment, ${KILLS} times: each file is old or new and whole`, async () => {
  const [first, second] = whole;
  await pfp(compile(models[0] ?? "", out));
  let mixed = 0;
  // Some kills have to come between two files, or they have shown nothing.
  for (let kill = 0; kill < KILLS || (mixed === 0 && kill < 5 * KILLS); kill++) {
    await killedCompile(models[(kill + 1) % 2] ?? "", kill % 3 > 0);
    const files = contents(out);
    const origins = [...(first?.keys() ?? [])].map((name) => {
      const found = files.get(name);
      assert.ok(found === first?.get(name) || found === second?.get(name), `${name}, kill ${kill}`);
      return found === first?.get(name) ? 0 : 1;
    });
    if (new Set(origins).size > 1) {
      mixed++;
    }
  }
  assert.ok(mixed > 0, "no kill came between two files, so this has shown nothing");
  assert.is((await pfp(compile(models[0] ?? "", out))).code, 0);
  assert.is((await pfp(compile(models[0] ?? "", out, "--check"))).code, 0);
  assert.equal(readdirSync(out).sort(), [...(first?.keys() ?? [])].sort());
});

test.run();
