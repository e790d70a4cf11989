/** `pfp calibrate`, on small networks whose data are made so that the right answer is known. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Random } from "../../codegen/src/eval/random.js";
import { layerTensors, posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { npyFile, npzFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { classifier, withoutDeviations } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const INPUTS = 4;
const OUTPUTS = 3;
const N = 2000;
const NOISE_SD = 0.1;

function write(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const layer = layerTensors("fc", [OUTPUTS, INPUTS], 3);
const values = (name: string) => layer[`fc.${name}`]?.values ?? [];
const ops = [{ name: "fc", op: "dense", inputs: ["input"] }];
const input = { shape: [INPUTS], mean: [0], scale: [1] };
const random = new Random(11);
const x = Float32Array.from({ length: N * INPUTS }, () => random.normal());

/** Mean and variance of output `o` for input `row`, as the linear layer has them exactly. */
function moments(row: number, o: number): { mean: number; var: number } {
  let mean = values("bias.mean")[o] ?? 0;
  let variance = (values("bias.sd")[o] ?? 0) ** 2;
  for (let k = 0; k < INPUTS; k++) {
    const value = x[row * INPUTS + k] ?? 0;
    mean += value * (values("weight.mean")[o * INPUTS + k] ?? 0);
    variance += value ** 2 * (values("weight.sd")[o * INPUTS + k] ?? 0) ** 2;
  }
  return { mean, var: variance };
}

function file(output: object, tensors = layer): Uint8Array {
  return posteriorFile({ graph: { schema: 1, name: "linear", input, ops, output }, tensors });
}

const noiseSd = Array.from({ length: OUTPUTS }, () => NOISE_SD);
const regression = write(
  "regression.safetensors",
  file({ head: "regression", input: "fc", noise_sd: noiseSd }),
);

function data(name: string, y: Uint8Array, rows = N): string {
  const inputs = npyFile([rows, INPUTS], x.subarray(0, rows * INPUTS));
  return write(name, npzFile({ x: inputs, y }));
}

function targets(factor: number): Uint8Array {
  const y = Float32Array.from({ length: N * OUTPUTS }, (_, i) => {
    const { mean, var: variance } = moments(Math.floor(i / OUTPUTS), i % OUTPUTS);
    return mean + Math.sqrt(factor * variance + NOISE_SD ** 2) * random.normal();
  });
  return npyFile([N, OUTPUTS], y);
}

test("finds the factor by which a regression's variances are too small, and compile applies it", async () => {
  const out = join(folder, "wide.safetensors");
  const words = ["calibrate", regression, "--data", data("wide.npz", targets(4)), "-o", out];
  const { code, stdout, stderr } = await pfp([...words, "--json"]);
  assert.is(code, 0, stderr);
  const { calibration, before, held_out, gain } = JSON.parse(stdout);
  // The relative standard error of a variance over so many draws is sqrt(2 / 6000) = .018.
  assert.ok(Math.abs(calibration.factors.fc / 4 - 1) < 0.08, `factor ${calibration.factors.fc}`);
  assert.is(calibration.temperature, 1);
  assert.ok(held_out.loss < before.loss && gain.mean + 3 * gain.standard_error < 0);

  const tensors = (path: string) => {
    const bytes = readFileSync(path);
    return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
  };
  assert.equal(tensors(out), tensors(regression), "weights stay as trained");

  const variances = async (...options: readonly string[]) => {
    const inputs = write("one.npy", npyFile([1, INPUTS], x.subarray(0, INPUTS)));
    const run = await pfp([
      "run",
      out,
      "--target",
      "host",
      "--input",
      inputs,
      "--json",
      ...options,
    ]);
    assert.is(run.code, 0, run.stderr);
    return JSON.parse(run.stdout).images[0].var as number[];
  };
  const plain = await variances("--no-calibration");
  (await variances()).forEach((variance, i) => {
    const ratio = variance / (plain[i] ?? Number.NaN);
    assert.ok(Math.abs(ratio / calibration.factors.fc - 1) < 1e-4, `ratio ${ratio}`);
  });
  const compile = (...options: readonly string[]) =>
    pfp(["compile", out, "--target", "cortex-m55", "--out", join(folder, "c"), ...options]);
  assert.match((await compile()).stdout, /calibrated: variances times fc [34]\.\d+; temperature 1/);
  assert.match(readFileSync(join(folder, "c/model.h"), "utf8"), ", calibrated");
  assert.match((await compile("--no-calibration")).stdout, "without calibration");
  assert.not.match(readFileSync(join(folder, "c/model.h"), "utf8"), ", calibrated");
});

test("finds the temperature that the labels were drawn at", async () => {
  const narrow = Object.fromEntries(
    Object.entries(layer).map(([name, tensor]) => {
      const scale = name.endsWith("sd") ? 1e-3 : 4;
      return [name, { ...tensor, values: tensor.values.map((value) => scale * value) }];
    }),
  );
  const labels = Array.from({ length: OUTPUTS }, (_, i) => `class ${i}`);
  const model = write(
    "sharp.safetensors",
    file({ head: "classification", input: "fc", labels }, narrow),
  );
  const temperature = 2;
  const y = Uint8Array.from({ length: N }, (_, row) => {
    const weights = labels.map((_, o) => Math.exp((4 * moments(row, o).mean) / temperature));
    let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    const drawn = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return Math.max(0, drawn);
  });
  const out = join(folder, "cooled.safetensors");
  const words = ["calibrate", model, "--data", data("sharp.npz", npyFile([N], y)), "-o", out];
  const { code, stdout, stderr } = await pfp(words);
  assert.is(code, 0, stderr);
  const [, found] = /temperature of the logits │ (\S+)/.exec(stdout) ?? [];
  assert.ok(Math.abs(Number(found) / temperature - 1) < 0.1, `temperature ${found}`);
  assert.match(stdout, "a gain that inputs outside the fit share");
});

test("brings a pass nearer to draws of the weights, which inputs without any fit confirm", async () => {
  const model = write("small.safetensors", classifier());
  const rows = 400;
  const wide = Float32Array.from({ length: rows * 6 }, () => 4 * random.normal());
  const path = write(
    "small.npz",
    npzFile({
      x: npyFile([rows, 6], wide),
      y: npyFile(
        [rows],
        Uint8Array.from({ length: rows }, (_, i) => i % 3),
      ),
    }),
  );
  const words = ["calibrate", model, "--data", path, "--objective", "svi", "--samples", "500"];
  const out = join(folder, "near.safetensors");
  const { code, stdout, stderr } = await pfp([...words, "--folds", "3", "-o", out, "--json"]);
  assert.is(code, 0, stderr);
  const { before, after, folds } = JSON.parse(stdout);
  assert.is(folds, 3);
  assert.ok(after.loss < before.loss, `${after.loss} after ${before.loss}`);
});

const few = Uint8Array.from({ length: 60 }, (_, i) => i % 3);
const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "too few inputs",
    [
      write(
        "few.safetensors",
        file({ head: "classification", input: "fc", labels: ["a", "b", "c"] }),
      ),
      data("few.npz", npyFile([60], few), 60),
    ],
    /few\.npz: it has 60 inputs, too few to fit 2 numbers\nhint: give at least 100/,
  ],
  [
    "a posterior without sd",
    [
      write("exact.safetensors", withoutDeviations()),
      write(
        "exact.npz",
        npzFile({
          x: npyFile([60, 3], x.subarray(0, 180)),
          y: npyFile(
            [60],
            few.map((label) => label % 2),
          ),
        }),
      ),
    ],
    /exact\.safetensors: no weight has a standard deviation/,
  ],
  ["data that is not there", [regression, join(folder, "nothing.npz")], /nothing\.npz/],
];
for (const [what, [model = "", path = ""], message] of refusals) {
  test(`refuses ${what} and writes nothing`, async () => {
    const before = readdirSync(folder);
    const out = join(folder, "refused.safetensors");
    const { code, stderr } = await pfp(["calibrate", model, "--data", path, "-o", out]);
    assert.is(code, 1);
    assert.match(stderr, message);
    assert.equal(readdirSync(folder), before);
  });
}

test("refuses a folder that is not there before it works", async () => {
  const out = join(folder, "none/out.safetensors");
  const words = ["calibrate", regression, "--data", data("x.npz", targets(1)), "-o", out];
  const { code, stderr } = await pfp(words);
  assert.is(code, 1);
  assert.match(stderr, /cannot be written: there is no such folder/);
  assert.not.ok(existsSync(join(folder, "none")));
});

test.run();
