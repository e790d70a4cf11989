/** `--weights auto`: what it takes, what it says, what it refuses. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { classificationDrift, regressionDrift } from "../../codegen/src/eval/drift.js";
import type { DriftMeasure, Measures } from "../../codegen/src/eval/drift-bounds.js";
import { WEIGHT_FORMATS, type WeightFormat } from "../../codegen/src/ir/kernel-table.js";
import type { Candidate, WeightsChoice } from "../../codegen/src/run/auto-weights.js";
import type { Classification, Regression } from "../../codegen/src/run/protocol.js";
import { layerTensors, numbers, posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { idxFile, npyFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { classifier, regressor } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const file = (name: string, bytes: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const inputs = (count: number, shape: number[]) => {
  const length = count * shape.reduce((product, extent) => product * extent, 1);
  return Uint8Array.from(numbers(length, 1), (x) => 127 + 127 * x);
};

const classes = file("classes.safetensors", classifier());
const images = file("images.idx", idxFile([40, 2, 3], inputs(40, [2, 3])));
const values = file("values.safetensors", regressor());
const planes = file("planes.idx", idxFile([40, 6, 5], inputs(40, [6, 5])));

/** Compiles with `--weights auto` and returns the choice; the files are in `out`. */
async function choose(model: string, calibration: string, ...more: string[]) {
  const out = join(folder, "out");
  const words = [model, "--target", "cortex-m55", "--out", out, "--weights", "auto", "--json"];
  const { code, stdout, stderr } = await pfp([
    ...["compile", ...words, "--calibration", calibration, ...more],
  ]);
  assert.is(code, 0, stderr + stdout);
  const { weights, report } = JSON.parse(stdout);
  assert.is(report.weights, weights.took);
  return { choice: weights as WeightsChoice, out };
}

async function predictions<P>(model: string, input: string, weights: WeightFormat): Promise<P[]> {
  const words = ["run", model, "--target", "host", "--input", input, "--weights", weights];
  return JSON.parse((await pfp([...words, "--json"])).stdout).images;
}

function candidateOf({ candidates }: WeightsChoice, weights: WeightFormat): Candidate {
  const found = candidates.find((candidate) => candidate.weights === weights);
  assert.ok(found, weights);
  return found as Candidate;
}

/** As near as the digits of `--json` show, and more than nothing. */
function assertDrift({ drift }: Candidate, wanted: Measures): void {
  assert.equal(Object.keys(drift), Object.keys(wanted));
  for (const measure of Object.keys(wanted) as DriftMeasure[]) {
    const [found = Number.NaN, want = Number.NaN] = [drift[measure], wanted[measure]];
    assert.ok(Math.abs(found - want) <= 1e-6 * want, `${measure} ${found}, wanted ${want}`);
    assert.ok(measure === "labels" || found > 0, measure);
  }
}

test("the smallest format within the bounds is taken, and each one's drift told", async () => {
  const { choice } = await choose(classes, images);
  assert.is(choice.inputs, 40);
  assert.equal(choice.bounds, { labels: 0.01, probability: 0.01, epistemic: 0.05 });
  assert.equal([...choice.candidates.map(({ weights }) => weights)].sort(), [
    ...[...WEIGHT_FORMATS].sort(),
  ]);
  const bytes = choice.candidates.map(({ weight_bytes }) => weight_bytes);
  assert.equal(
    bytes,
    [...bytes].sort((a, b) => a - b),
  );
  assert.is(choice.candidates.find(({ within }) => within)?.weights, choice.took);
  assert.equal(candidateOf(choice, "f32").drift, { labels: 0, probability: 0, epistemic: 0 });
  const reference = await predictions<Classification>(classes, images, "f32");
  for (const weights of ["bf16", "i8u4"] as const) {
    const own = await predictions<Classification>(classes, images, weights);
    const { labels, probability, epistemic } = classificationDrift(own, reference);
    assertDrift(candidateOf(choice, weights), { labels, probability, epistemic });
  }
});

test("closer bounds take a larger format, bounds of zero f32", async () => {
  const unbounded = ["labels=1", "probability=1", "epistemic=9"].map(
    (bound) => `--max-drift=${bound}`,
  );
  const { choice: loose } = await choose(classes, images, ...unbounded);
  assert.is(loose.took, loose.candidates[0]?.weights);
  const i8u8 = candidateOf(loose, "i8u8").drift.probability ?? Number.NaN;
  const { choice: closer } = await choose(classes, images, `--max-drift=probability=${i8u8 / 2}`);
  assert.ok(["f16", "bf16"].includes(closer.took), closer.took);
  const { choice: zero } = await choose(classes, images, "--max-drift=probability=0");
  assert.is(zero.took, "f32");
});

test("regressions are held by means in sds and by variances", async () => {
  const { choice } = await choose(values, planes);
  assert.equal(choice.bounds, { mean: 0.05, var: 0.05 });
  const reference = await predictions<Regression>(values, planes, "f32");
  const own = await predictions<Regression>(values, planes, "i8u8");
  assertDrift(candidateOf(choice, "i8u8"), { ...regressionDrift(own, reference) });
});

test("the files are those of the format by name; --check and a second run agree", async () => {
  const { choice, out } = await choose(classes, images);
  const named = join(folder, "named");
  const common = ["compile", classes, "--target", "cortex-m55"];
  assert.is((await pfp([...common, "--out", named, "--weights", choice.took])).code, 0);
  for (const name of readdirSync(named)) {
    assert.equal(readFileSync(join(out, name)), readFileSync(join(named, name)), name);
  }
  const auto = [...common, "--weights", "auto", "--calibration", images, "--check", "--out"];
  assert.is((await pfp([...auto, out])).code, 0);
  const stale = await pfp([...auto, out, "--max-drift=probability=0"]);
  assert.is(stale.code, 3);
});

test("pfp run takes it too, and shows the candidates as a table", async () => {
  const words = ["run", classes, "--target", "host", "--input", images, "--count", "1"];
  const { code, stdout } = await pfp([...words, "--weights=auto", "--calibration", images]);
  assert.is(code, 0);
  assert.match(stdout, /i8u4 .* taken|i8u8 .* taken/);
  assert.match(stdout, /at most .* 0\.01 .* 0\.01 .* 0\.05/);
  assert.match(stdout, /weights i8u[48]: the smallest .* over 40 inputs/);
});

test("below a hundred inputs it warns, in the text and in the document", async () => {
  const count = (n: number) => file(`${n}.idx`, idxFile([n, 2, 3], inputs(n, [2, 3])));
  const loose = ["labels=1", "probability=1", "epistemic=1e9"].map(
    (bound) => `--max-drift=${bound}`,
  );
  const words = ["compile", classes, "--target", "cortex-m55", "--out", join(folder, "out")];
  const textOf = async (n: number) =>
    (await pfp([...words, "--weights=auto", "--calibration", count(n), ...loose])).stdout;
  const warning = (some: string) =>
    `drift over ${some} may be chance: give --calibration at least 100, as they come in the field`;
  const alone = await textOf(1);
  assert.match(alone, /within bounds, over 1 input$/m);
  assert.match(alone, `\nwarning: ${warning("1 input")}\n`);
  assert.not.match(await textOf(100), "warning");
  const warningsOf = async (n: number) =>
    (await choose(classes, count(n), ...loose)).choice.warnings;
  assert.equal(await warningsOf(99), [warning("99 inputs")]);
  assert.equal(await warningsOf(100), []);
});

test("of formats without a difference, f32 is taken", async () => {
  const { "fc1.weight.sd": _w, "fc1.bias.sd": _b, ...tensors } = layerTensors("fc1", [3, 6], 1);
  const exact = file(
    "exact.safetensors",
    posteriorFile({
      tensors,
      graph: {
        schema: 1,
        name: "exact",
        input: { shape: [6], mean: [0], scale: [1] },
        ops: [{ name: "fc1", op: "dense", inputs: ["input"] }],
        output: { head: "classification", input: "fc1", labels: ["a", "b", "c"] },
      },
    }),
  );
  const { choice } = await choose(exact, images);
  assert.is(choice.took, "f32");
});

test("formats that do not fit the board are left out and named; none within is an error", async () => {
  const large = file(
    "large.safetensors",
    posteriorFile({
      tensors: { ...layerTensors("fc1", [30_000, 6], 1), ...layerTensors("fc2", [2, 30_000], 11) },
      graph: {
        schema: 1,
        name: "large",
        input: { shape: [6], mean: [0], scale: [1] },
        ops: [
          { name: "fc1", op: "dense", inputs: ["input"] },
          { name: "relu1", op: "relu", inputs: ["fc1"] },
          { name: "fc2", op: "dense", inputs: ["relu1"] },
        ],
        output: { head: "regression", input: "fc2", noise_sd: [1, 1] },
      },
    }),
  );
  const loose = ["--max-drift=mean=1e9", "--max-drift=var=1e9"];
  const { choice } = await choose(large, images, ...loose);
  assert.is(choice.left_out[0]?.weights, "f32");
  assert.ok(choice.left_out.every(({ why }) => /SRAM: .* bytes too many/.test(why)));
  assert.is(choice.took, "i8u4");
  const out = join(folder, "none");
  const { code, stderr } = await pfp([
    ...["compile", large, "--target", "cortex-m55", "--out", out, "--weights=auto"],
    ...["--calibration", images, "--max-drift=mean=0"],
  ]);
  assert.is(code, 1);
  assert.match(stderr, /error: --weights: no format stays within .*i8u4 \(mean .*f32: .*SRAM/);
  assert.match(stderr, /hint: .*--max-drift/);
  assert.not(existsSync(out));
});

const NAN = new Float32Array(12);
NAN[7] = Number.NaN;
const notFinite = file("nan.npy", npyFile([2, 6], NAN));
const empty = join(folder, "empty");
mkdirSync(empty);
const none = file("none.idx", idxFile([0, 2, 3], new Uint8Array(0)));

const WRONG: [what: string, words: string[], where: string, remedy: RegExp][] = [
  ["auto without inputs", ["--weights", "auto"], "--calibration", /--calibration FILE/],
  ["inputs without auto", ["--calibration", images], "--calibration", /--weights auto/],
  ["a bound without auto", ["--max-drift", "labels=0.1"], "--max-drift", /--weights auto/],
  [
    "auto for the deterministic twin",
    ["--weights=auto", "--calibration", images, "--mode", "deterministic"],
    "--weights",
    /leave --weights out/,
  ],
  ["inputs of another shape", ["--weights=auto", "--calibration", planes], planes, /scale or crop/],
  [
    "no inputs in the folder",
    ["--weights=auto", "--calibration", empty],
    empty,
    /images are files/,
  ],
  ["no inputs in the file", ["--weights=auto", "--calibration", none], none, /at least one/],
  ["an input with NaN", ["--weights=auto", "--calibration", notFinite], `${notFinite}#1`, /remove/],
  [
    "no such file",
    ["--weights=auto", "--calibration", join(folder, "absent")],
    join(folder, "absent"),
    /path/,
  ],
  [
    "a bound of another head",
    ["--weights=auto", "--calibration", images, "--max-drift=var=1"],
    "--max-drift",
    /labels, probability, epistemic/,
  ],
  ...["lables=1", "labels", "labels=", "labels=-1", "labels=nan", "labels=1e", "=1"].map(
    (bound): (typeof WRONG)[number] => [
      `a bound of ${bound}`,
      ["--weights=auto", "--calibration", images, `--max-drift=${bound}`],
      "--max-drift",
      /--max-drift epistemic=0.02/,
    ],
  ),
];

for (const [what, words, where, remedy] of WRONG) {
  test(`${what}: exit 1, nothing written`, async () => {
    const out = join(folder, "wrong");
    const { code, stdout, stderr } = await pfp([
      ...["compile", classes, "--target", "cortex-m55", "--out", out, ...words],
    ]);
    assert.is(code, 1, stdout + stderr);
    assert.ok(stderr.startsWith(`error: ${where}: `), stderr);
    assert.match(stderr, remedy);
    assert.not(existsSync(out));
  });
}

test("without a compiler for this computer it says what to install", async () => {
  const words = ["compile", classes, "--target", "cortex-m55", "--out", join(folder, "wrong")];
  const { code, stderr } = await pfp(
    [...words, "--weights=auto", "--calibration", images],
    undefined,
    { PATH: empty },
  );
  assert.is(code, 1);
  assert.match(stderr, /error: --weights: there is no clang-19 nor gcc .* builds and runs/);
  assert.match(stderr, /hint: apt-get install/);
});

test.run();
