import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Classification, Prediction, Regression } from "../../codegen/src/run/protocol.js";
import { targets } from "../../codegen/src/target/targets.js";
import { layerTensors, numbers, posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { idxFile, npyFile } from "./support/image-files.js";
import { pfp, startPfp } from "./support/pfp.js";
import { classifier, linear, regressor } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const TARGETS = targets.map(({ name }) => name);

const folder = temporaryFolder();
process.env.TMPDIR = join(folder, "tmp");
mkdirSync(process.env.TMPDIR);

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const classes = file("classes.safetensors", classifier());
const images = file(
  "images.idx",
  idxFile(
    [4, 2, 3],
    Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
  ),
);

interface Answer<P> {
  readonly model: string;
  readonly target: string;
  readonly images: P[];
}

async function run<P extends Prediction>(words: readonly string[]): Promise<Answer<P>> {
  const { code, stdout, stderr } = await pfp(["run", ...words, "--json"]);
  assert.is(code, 0, stderr);
  assert.is(stdout.trim().split("\n").length, 1, "one document and nothing else");
  return JSON.parse(stdout);
}

function assertNear(found: readonly number[], expected: readonly number[], what: string): void {
  assert.is(found.length, expected.length, what);
  found.forEach((value, i) => {
    const wanted = expected[i] ?? Number.NaN;
    assert.ok(Math.abs(value - wanted) <= 1e-5 * (1 + Math.abs(wanted)), `${what}[${i}] ${value}`);
  });
}

for (const target of TARGETS) {
  test(`${target}: one dense layer gives what its formula says`, async () => {
    const { file: bytes, predict } = linear();
    const model = file("linear.safetensors", bytes);
    const inputs = [
      [0, 0, 0],
      [1, -2, 0.5],
      [30, 7, -11],
    ];
    const npy = file("linear.npy", npyFile([3, 3], Float32Array.from(inputs.flat())));
    const answer = await run<Regression>([model, "--target", target, "--input", npy]);
    assert.equal([answer.model, answer.target], ["linear", target]);
    inputs.forEach((input, i) => {
      const { mean, variance, noise } = predict(input);
      const image = answer.images[i] as Regression;
      assert.equal(Object.keys(image), ["mean", "var", "total", "aleatoric", "epistemic"]);
      assertNear(image.mean, mean, "mean");
      assertNear(image.var, variance, "var");
      assertNear(image.epistemic, variance, "epistemic");
      assertNear(image.aleatoric, noise, "aleatoric");
      assertNear(
        image.total,
        variance.map((value, k) => value + (noise[k] ?? 0)),
        "total",
      );
    });
  });
}

test("all targets agree, for both heads", async () => {
  const regression = file("regression.safetensors", regressor());
  const planes = file(
    "planes.idx",
    idxFile(
      [2, 6, 5],
      Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256),
    ),
  );
  for (const words of [
    [classes, "--input", images],
    [regression, "--input", planes],
  ]) {
    const answers: Answer<Prediction>[] = [];
    for (const target of TARGETS) {
      answers.push(await run([...words, "--target", target]));
    }
    const flat = answers.map((answer) =>
      answer.images.flatMap((image) => Object.values(image).flat()),
    );
    assert.is(TARGETS[0], "host");
    flat.slice(1).forEach((values, i) => {
      assertNear(values, flat[0] ?? [], `${TARGETS[i + 1]} against host`);
    });
  }
});

test("classification: probabilities sum to 1, the label is the largest, the split adds up", async () => {
  const { images: predictions } = await run<Classification>([
    classes,
    "--target",
    "host",
    "--input",
    images,
  ]);
  assert.is(predictions.length, 4);
  for (const { probability, label, total, aleatoric, epistemic } of predictions) {
    assert.ok(Math.abs(probability.reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
    assert.is(probability.indexOf(Math.max(...probability)), label);
    assert.ok(Math.abs(total - aleatoric - epistemic) < 1e-5);
  }
});

test("--start and --count choose images", async () => {
  const all = await run([classes, "--target", "host", "--input", images]);
  const part = await run([
    ...[classes, "--target", "host", "--input", images],
    ...["--start", "1", "--count", "2"],
  ]);
  assert.equal(part.images, all.images.slice(1, 3));
});

test("without --json: a table and what a prediction costs", async () => {
  const { code, stdout } = await pfp(["run", classes, "--target", "cortex-m55", "--input", images]);
  assert.is(code, 0);
  assert.match(stdout, /│ .*images\.idx#3 +│ (red|green|blue) +│/);
  assert.match(
    stdout,
    /small on cortex-m55 \(mps3-an547\): \d+ bytes of weights, \d+ bytes of code/,
  );
});

test("a table of much shows the first, and says of how much; --json has all", async () => {
  const [outputs, count] = [5000, 60];
  const posterior = posteriorFile({
    tensors: layerTensors("fc", [outputs, 2], 1),
    graph: {
      schema: 1,
      name: "many",
      input: { shape: [2] },
      ops: [{ name: "fc", op: "dense", inputs: ["input"] }],
      output: { head: "regression", input: "fc", noise_sd: Array(outputs).fill(0) },
    },
  });
  const many = file("many.safetensors", posterior);
  const input = file("many.npy", npyFile([count, 2], Float32Array.from(numbers(2 * count, 3))));
  const words = [many, "--target", "host", "--input", input];
  const { code, stdout, stderr } = await pfp(["run", ...words]);
  assert.is(code, 0, stderr);
  assert.match(stdout, "the first 50 of 60 images and the first 20 of 5000 outputs; --json prints");
  assert.is(stdout.match(/│ +many\.npy#\d+ +│ 0 /g)?.length, 50);
  assert.is(stdout.match(/│ 19 +│/g)?.length, 50);
  assert.not.match(stdout, /│ 20 +│/);
  const answer = await run<Regression>(words);
  assert.is(answer.images.length, count);
  assert.ok(answer.images.every(({ mean }) => mean.length === outputs));
});

test("an image with NaN is named", async () => {
  const values = Float32Array.from({ length: 18 }, (_, i) => (i === 13 ? Number.NaN : i));
  const npy = file("nan.npy", npyFile([3, 6], values));
  const { code, stderr } = await pfp(["run", classes, "--target", "host", "--input", npy]);
  assert.is(code, 1);
  assert.match(stderr, `error: ${npy}#2: `);
});

test("missing compiler and emulator are named with their Debian packages", async () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  const path = process.env.PATH;
  process.env.PATH = bin;
  const { code, stderr } = await pfp(["run", classes, "--target", "cortex-a53", "--input", images]);
  const { stdout } = await pfp(["targets", "--json"]);
  process.env.PATH = path;
  assert.is(code, 1);
  assert.match(stderr, "apt-get install clang-19");
  assert.match(stderr, "apt-get install gcc-aarch64-linux-gnu");
  assert.match(stderr, "apt-get install qemu-user");
  const m55 = JSON.parse(stdout).targets.find(
    ({ name }: { name: string }) => name === "cortex-m55",
  );
  assert.is(m55.compiler, null);
  assert.is(m55.missing.length, 3);
});

test("ended by a signal, it takes the emulator and its files along", async () => {
  const many = file("many.idx", idxFile([500_000, 6], new Uint8Array(3_000_000)));
  const child = startPfp(["run", classes, "--target", "cortex-a53", "--input", many]);
  const ended = new Promise((resolve) => child.once("close", resolve));
  let emulator: number | undefined;
  while (emulator === undefined && child.exitCode === null) {
    await setTimeout(50);
    emulator = childrenOf(child.pid ?? 0).find(({ name }) => name.startsWith("qemu"))?.pid;
  }
  assert.type(emulator, "number", "it ended before the emulator was seen");
  child.kill("SIGTERM");
  assert.is(await ended, 143);
  await setTimeout(500);
  const state = /\) (\S)/.exec(readIfThere(`/proc/${emulator}/stat`))?.[1] ?? "gone";
  assert.ok(["gone", "Z"].includes(state), `the emulator's state is ${state}`);
});

test("no temporary file is left behind", () => {
  assert.equal(readdirSync(process.env.TMPDIR ?? ""), []);
});

/** Processes whose parent is `parent`. */
function childrenOf(parent: number): { pid: number; name: string }[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = readIfThere(`/proc/${entry}/stat`);
      const [, name = "", itsParent] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
      return Number(itsParent) === parent ? [{ pid: Number(entry), name }] : [];
    });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

test.run();
