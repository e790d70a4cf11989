/** `pfp compile --explain` and `--costs`: why a layer has its kernel, and costs from elsewhere. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ExplainedChoice } from "../../codegen/src/plan/explain.js";
import { pfp } from "./support/pfp.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());
const out = join(folder, "out");

function compile(target: string, ...options: string[]) {
  return pfp(["compile", model, "--target", target, "--out", out, ...options]);
}

async function choicesOf(target: string, ...options: string[]): Promise<ExplainedChoice[]> {
  const { code, stdout, stderr } = await compile(target, "--explain", "--json", ...options);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout).choices;
}

function costFile(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function costsOf(target: string, kernels: object, unit = "instructions") {
  return { schema: 1, targets: { [target]: { unit, kernels } } };
}

test("--explain names what fits, what it costs, and why the rest does not", async () => {
  const choices = await choicesOf("cortex-a53");
  const report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
  for (const { name, kernel } of report.layers.slice(1)) {
    assert.is(choices.find(({ step }) => step === name)?.kernel, kernel);
  }
  assert.equal(
    choices.map(({ step }) => step),
    ["range check", "fc1", "relu1", "fc2", "covariance", "classification"],
  );
  const fc1 = choices.find(({ step }) => step === "fc1");
  assert.match(fc1?.why ?? "", /^the cheapest on cortex-a53; the next costs \d+\.\d % more$/);
  const [neon, c] = fc1?.candidates ?? [];
  assert.is(neon?.kernel, "pfp_dense_det_f32_1x8_neon");
  assert.is(neon?.unused_outputs, 3);
  assert.is(neon?.padding, 0.375);
  assert.is(neon?.weight_bytes, 8 * 6 * 8);
  assert.ok((neon?.cost ?? 0) < (c?.cost ?? 0));
  const why = (symbol: string) => fc1?.ruled_out.find(({ kernel }) => kernel === symbol)?.why;
  assert.is(why("pfp_dense_f32_1x8_neon"), "form general, wanted det");
  assert.is(why("pfp_dense_det_f32_i8u8_1x8_neon"), "weights i8u8, wanted f32");
});

test("--explain says the same to a reader", async () => {
  const { stdout } = await compile("cortex-a53", "--explain");
  assert.match(stdout, /^fc1 \(dense, form det, tier accurate, weights f32\)$/m);
  assert.match(stdout, /^ {2}pfp_dense_det_f32_1x8_neon: the cheapest on cortex-a53/m);
  assert.match(stdout, /│ pfp_dense_det_f32_1x4_c +│ 1x4 +│ +\d+ │/);
  assert.match(stdout, /^ {2}ruled out: .*: form general, wanted det$/m);
  assert.not.match((await compile("cortex-a53")).stdout, "ruled out");
});

test("--costs goes before what ships, and moves choice and estimates", async () => {
  const cheap = { call: 1, weight: 0.25 };
  const path = costFile("cheap.json", costsOf("cortex-a53", { pfp_dense_det_f32_1x4_c: cheap }));
  const choices = await choicesOf("cortex-a53", "--costs", path);
  const fc1 = choices.find(({ step }) => step === "fc1");
  assert.is(fc1?.kernel, "pfp_dense_det_f32_1x4_c");
  assert.is(fc1?.candidates[0]?.cost, 1 + 0.25 * 8 * 6);
  assert.ok((fc1?.candidates[1]?.cost ?? 0) > 13, "the other kernels keep their costs");
  const { resources } = JSON.parse((await compile("cortex-a53", "--costs", path, "--json")).stdout);
  const step = resources.steps.find(({ name }: { name: string }) => name === "fc1");
  assert.is(step.instructions, 13);
});

test("costs in another unit stand alone, and what they lack is chosen by rule", async () => {
  const kernels = { pfp_dense_det_f32_1x4_c: { call: 100, weight: 5 } };
  const path = costFile("cycles.json", costsOf("cortex-m55", kernels, "cycles"));
  const choices = await choicesOf("cortex-m55", "--costs", path);
  const fc1 = choices.find(({ step }) => step === "fc1");
  assert.is(fc1?.kernel, "pfp_dense_det_f32_1x8_helium");
  assert.match(fc1?.why ?? "", /its cost on cortex-m55 was not measured/);
  assert.equal(
    fc1?.candidates.map(({ cost }) => cost),
    [null, 340],
  );
  const { stdout } = await compile("cortex-m55", "--costs", path, "--explain");
  assert.match(stdout, /│ pfp_dense_det_f32_1x8_helium +│ 1x8 +│ +\? │/);
  assert.not.match(stdout, /stack +│ instructions/);
  assert.match(stdout, /stack \d+ bytes$/m);
});

test("costs of other targets change nothing", async () => {
  const path = costFile("other.json", costsOf("host", { pfp_dense_det_f32_1x4_c: { call: 1 } }));
  assert.equal(await choicesOf("cortex-a53", "--costs", path), await choicesOf("cortex-a53"));
});

const BAD: readonly [what: string, content: unknown, path: string, message: RegExp][] = [
  ["nothing", "", "", /^the file is empty$/],
  ["not JSON", "{", "", /not JSON/],
  ["another schema", { schema: 2, targets: {} }, ": schema", /expected 1/i],
  ["no targets", { schema: 1 }, ": targets", /expected record/i],
  ["an unknown target", costsOf("cortex-m0", {}), ": cortex-m0", /no target 'cortex-m0'/],
  [
    "an unknown kernel",
    costsOf("host", { pfp_dense_f32_9x9_c: { call: 1 } }),
    ": host: pfp_dense_f32_9x9_c",
    /no such kernel/,
  ],
  [
    "a negative cost",
    costsOf("host", { pfp_dense_det_f32_1x4_c: { weight: -1 } }),
    ": targets: host: kernels: pfp_dense_det_f32_1x4_c: weight",
    />=0/,
  ],
  [
    "an unknown term",
    costsOf("host", { pfp_dense_det_f32_1x4_c: { wait: 1 } }),
    ": targets: host: kernels: pfp_dense_det_f32_1x4_c",
    /wait|key/i,
  ],
  ["an unknown unit", costsOf("host", {}, "joules"), ": targets: host: unit", /nanoseconds/],
  [
    "a kernel for nothing",
    costsOf("host", { pfp_dense_det_f32_1x4_c: {} }),
    ": host: pfp_dense_det_f32_1x4_c",
    /nothing in it costs/,
  ],
];

for (const [what, content, where, message] of BAD) {
  test(`--costs: ${what} is refused, and nothing is written`, async () => {
    const path = costFile("bad.json", content);
    const to = join(folder, "refused");
    const words = ["compile", model, "--target", "host", "--out", to, "--costs", path, "--json"];
    const { code, stdout } = await pfp(words);
    assert.is(code, 1);
    const [error] = JSON.parse(stdout).errors;
    assert.is(error.code, "bad-costs");
    assert.is(error.path, `${path}${where}`);
    assert.match(error.message, message);
    assert.match(error.hint, "docs/kernels.md");
    assert.not.ok(existsSync(to));
  });
}

test("--costs: a file that is not there is the user's to mend", async () => {
  const path = join(folder, "none.json");
  const { code, stderr } = await compile("host", "--costs", path);
  assert.is(code, 1);
  assert.is(
    stderr,
    `error: ${path}: there is no such file\nhint: give the path of a cost table (docs/kernels.md, Costs) with --costs, or leave it out\n`,
  );
});

test.run();
