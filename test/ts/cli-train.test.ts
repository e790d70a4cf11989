import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { resources } from "../../codegen/src/run/resources.js";
import { TRAINING_OPTIONS } from "../../codegen/src/run/training.js";
import { npyFile, npzFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const venv = join(resources.training, ".venv/bin/python");
/** Skips visibly where there is no venv; make test-train makes one. */
const inVenv = existsSync(venv) ? test : test.skip;

const graph = join(folder, "graph.json");
const ops = [
  { name: "fc1", op: "dense", inputs: ["input"], outputs: 4 },
  { name: "relu", op: "relu", inputs: ["fc1"] },
  { name: "fc2", op: "dense", inputs: ["relu"] },
];
const output = { head: "classification", labels: ["low", "high"] };
writeFileSync(
  graph,
  JSON.stringify({ schema: 1, name: "tiny", input: { shape: [2] }, ops, output }),
);
const COUNT = 60;
const x = Float32Array.from({ length: 2 * COUNT }, (_, i) => Math.sin(7 * i) - (-1) ** (i >> 1));
const y = Int32Array.from({ length: COUNT }, (_, i) => i % 2);
const data = join(folder, "data.npz");
writeFileSync(data, npzFile({ x: npyFile([COUNT, 2], x), y: npyFile([COUNT], y) }));
const out = join(folder, "model.safetensors");
const WORDS = [
  ...["train", "--data", data, "--graph", graph, "--objective", "pfp", "--out", out],
  ...["--epochs", "3", "--batch", "20", "--learning-rate", "0.1"],
];

test("without a Python to train in, it says how to make one", async () => {
  const words = ["train", "--data", "d.npz", "--graph", "mlp", "--objective", "svi"];
  const nowhere = { PFP_PYTHON: join(folder, "no-python") };
  const { code, stdout, stderr } = await pfp([...words, "--out", "m.safetensors"], folder, nowhere);
  assert.is(code, 1);
  assert.is(stdout, "");
  assert.match(stderr, /no-python: there is no Python/);
  assert.match(stderr, /hint: make -C .*train venv, or let PFP_PYTHON/);
});

test("what the program needs has to be given, and no option of another verb", async () => {
  const incomplete = await pfp(["train", "--graph", "mlp"], folder);
  assert.is(incomplete.code, 1);
  assert.match(incomplete.stderr, /error: --data, --objective, --out: this has to be given/);
  const foreign = await pfp([...WORDS, "--target", "host"], folder);
  assert.match(foreign.stderr, /error: --target: pfp train has no such option/);
});

inVenv("a training writes a model that pfp reads, and one JSON document", async () => {
  const { code, stdout, stderr } = await pfp([...WORDS, "--validation", data, "--json"], folder);
  assert.is(code, 0, stderr);
  const document = JSON.parse(stdout);
  assert.is(document.out, out);
  assert.is(document.report.history.length, 3);
  assert.match(stderr, /^epoch {3}3\/3 .*validation accuracy/m);
  assert.ok(existsSync(out.replace(/safetensors$/, "svg")));
  assert.is((await pfp(["inspect", out], folder)).code, 0);
});

inVenv("what is wrong with the data reaches the user, and the exit code", async () => {
  const bad = join(folder, "bad.npz");
  writeFileSync(bad, npzFile({ x: npyFile([COUNT, 2], x) }));
  const words = [...WORDS.slice(0, 1), "--data", bad, ...WORDS.slice(3)];
  const { code, stdout, stderr } = await pfp(words, folder);
  assert.is(code, 1);
  assert.is(stdout, "");
  assert.match(stderr, /error: .*bad\.npz: there is no array y in it\nhint: save both/);
  const asJson = await pfp([...words, "--json"], folder);
  assert.is(asJson.code, 1);
  assert.match(JSON.parse(asJson.stdout).errors[0].message, /there is no array y/);
});

inVenv("its options are those of the program", () => {
  const { stdout } = spawnSync(venv, ["-m", "pfp_train.train", "--help"], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: resources.training },
  });
  const known = new Set([...stdout.matchAll(/^ {2}(?:-h, )?--([\w-]+)/gm)].map(([, name]) => name));
  const ours = [...Object.keys(TRAINING_OPTIONS), "resume", "keep-checkpoint", "help"];
  assert.equal([...known].sort(), ours.sort());
});

test.run();
