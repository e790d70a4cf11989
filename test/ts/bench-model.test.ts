/** pfp bench: every call of a kernel is measured once, and nothing is left out in silence. */
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaults, generatedText } from "../../codegen/src/generate.js";
import type { BenchResult, Measurement } from "../../codegen/src/run/bench/bench.js";
import { probeCalls } from "../../codegen/src/run/bench/call-sites.js";
import { hotLoop, parseListing, withCallees } from "../../codegen/src/run/bench/estimate.js";
import { variantName } from "../../codegen/src/run/bench/variants.js";
import { prepareModel } from "../../codegen/src/run/prepare.js";
import { resources } from "../../codegen/src/run/resources.js";
import { parseKernelList } from "../../codegen/src/target/kernel-list.js";
import { pfp } from "./support/pfp.js";
import { unwrap } from "./support/predict.js";
import { classifier, regressor } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());
const regression = join(folder, "regression.safetensors");
writeFileSync(regression, regressor());
const kernels = unwrap(parseKernelList(readFileSync(resources.kernelList, "utf8")));
const SAMPLED = ["weights drawn", "activations drawn", "drawn beforehand"].map(
  (drawn) => `4 samples, ${drawn}`,
);
const nameOf = ({ name }: { readonly name: string }) => name;
const request = { ...defaults, tier: "fast" } as const;

test("every kernel call of lenet5 gets a probe with the name of its layer", async () => {
  const { generation } = unwrap(
    await prepareModel({ ...request, model: "models/lenet5.safetensors", target: "cortex-a53" }),
  );
  const probed = probeCalls(generation, kernels);
  const layers = generation.report.layers.map(({ name, kernel }) => `${name} ${kernel}`);
  assert.equal(
    probed.sites.filter(({ head }) => !head).map(({ name, kernel }) => `${name} ${kernel.symbol}`),
    [...layers, ...["mean", "var"].map(() => "finite pfp_finite_f32_neon")],
  );
  assert.equal(
    probed.sites.filter(({ head }) => head).map(({ kernel }) => kernel.op),
    ["covariance", "classify"],
  );
  const before = generatedText(generation.files, "model.c");
  const after = generatedText(probed.generation.files, "model.c");
  const bare = after.replace(/PFP_PROBED(?:_VALUE)?\(\d+, (\w+), /g, "$1(");
  assert.is(bare, before);
  assert.is.not(after, before);
});

test("a batch's calls get their probes too, and figures are an input's", async () => {
  const words = ["bench", model, "--target", "cortex-a53", "--batch", "1", "8"];
  const how = ["--samples", "1", "--compiler", "clang-19", "--json"];
  const { code, stdout, stderr } = await pfp([...words, ...how]);
  assert.is(code, 0, stderr);
  const { measurements: all } = JSON.parse(stdout) as BenchResult;
  const measurements = all.filter(({ variant }) => !variant.includes("samples"));
  const [one, , , eight] = measurements;
  assert.equal(
    measurements.map(({ variant, batch }) => `${variant} ${batch}`),
    [1, 8].flatMap((batch) => [`pfp ${batch}`, `pfp ${batch}`, `deterministic ${batch}`]),
  );
  const names = (lines: typeof measurements) => lines.map((each) => each.lines.map(nameOf).sort());
  assert.equal(names(measurements.slice(3)), names(measurements.slice(0, 3)));
  const [alone = Number.NaN, share = Number.NaN] = [one?.total, eight?.total];
  assert.ok(share > alone / 4 && share < 1.2 * alone, `${alone} alone, ${share} of a batch`);
});

test("formats of weights are compared, in the modes that are wanted", async () => {
  const words = ["bench", model, "--target", "cortex-a53", "--weights", "f32", "i8u8", "i8u4"];
  const how = ["--mode", "pfp", "--tier", "fast", "--compiler", "clang-19"];
  const { code, stdout, stderr } = await pfp([...words, ...how, "--json"]);
  assert.is(code, 0, stderr);
  const { measurements } = JSON.parse(stdout) as BenchResult;
  assert.equal(measurements.map(variantName), ["pfp fast", "pfp fast, i8u8", "pfp fast, i8u4"]);
  const bytes = measurements.map(({ weight_bytes }) => weight_bytes);
  assert.equal(
    bytes.toSorted((a, b) => b - a),
    bytes,
  );
  assert.is(new Set(bytes).size, bytes.length);
  for (const { weights, lines } of measurements) {
    const dense = lines.find(({ name }) => name === "fc2")?.kernel ?? "";
    assert.is(dense.includes("i8u"), weights !== "f32", dense);
    assert.ok(weights === "f32" || dense.includes(weights), dense);
  }
});

test("halves between layers are named, and refused where the processor has none", async () => {
  const words = ["--activations", "f16", "--mode", "pfp", "--tier", "fast"];
  const on = (target: string) => pfp(["bench", model, "--target", target, ...words, "--json"]);
  const { code, stdout, stderr } = await on("cortex-a76");
  assert.is(code, 0, stderr);
  const { measurements } = JSON.parse(stdout) as BenchResult;
  assert.is(variantName(measurements[0] as Measurement), "pfp fast, f16 activations");
  const refused = await on("cortex-a53");
  assert.is(refused.code, 1);
  assert.match(refused.stderr, /error: --activations: cortex-a53 has no fp16 arithmetic/);
});

test("lines, rest and sums agree, with and without the head", async () => {
  const on = ["--target", "cortex-a53", "cortex-m55", "host"];
  const words = ["bench", model, ...on, "--samples", "4", "--json"];
  const { code, stdout, stderr } = await pfp([...words, "--compiler", "clang-19"]);
  assert.is(code, 0, stderr);
  const { measurements } = JSON.parse(stdout) as BenchResult;
  assert.equal(
    measurements.map(({ target, variant, tier }) => `${target} ${variant} ${tier}`),
    ["cortex-a53", "cortex-m55", "host"].flatMap((target) => [
      `${target} pfp accurate`,
      `${target} pfp fast`,
      `${target} deterministic null`,
      ...SAMPLED.map((variant) => `${target} ${variant} null`),
    ]),
  );
  for (const measurement of measurements) {
    const { unit, target, variant, lines, rest, total, total_without_head } = measurement;
    const own = lines.map(({ name }) => name).filter((name) => name !== "finite");
    assert.equal(
      own.filter((name) => !name.endsWith(" drawn")),
      ["input", "fc1", "relu1", "fc2", "head"],
    );
    const drawn = variant === SAMPLED[1] ? ["fc1 drawn", "fc2 drawn"] : [];
    assert.equal(
      own.filter((name) => name.endsWith(" drawn")),
      drawn,
    );
    assert.ok(
      lines.every(({ value }) => value > 0),
      `${target}: a line of nothing`,
    );
    const head = lines.find((line) => line.head)?.value ?? 0;
    assert.is(total_without_head, total - head);
    if (unit === "instructions") {
      assert.is(
        lines.reduce((sum, { value }) => sum + value, rest),
        total,
      );
      assert.ok(rest > 0 && rest < 1000, `${target}: ${rest} instructions outside of kernels`);
    }
  }
});

test("a regression has no head, and the tiers differ in nothing but ReLU and pooling", async () => {
  const words = ["bench", regression, "--target", "cortex-a53", "--json"];
  const { code, stdout, stderr } = await pfp([...words, "--compiler", "clang-19"]);
  assert.is(code, 0, stderr);
  const [accurate, fast] = (JSON.parse(stdout) as BenchResult).measurements;
  for (const [index, line] of (accurate?.lines ?? []).entries()) {
    assert.not.ok(line.head);
    const other = fast?.lines[index];
    const same = line.value === other?.value;
    assert.is(same, !/relu|maxpool/.test(line.op), `${line.name}: ${line.value}, ${other?.value}`);
  }
});

test("the chart is an SVG with a bar for every line", async () => {
  const svg = join(folder, "chart.svg");
  const words = ["bench", model, "--target", "host", "--tier", "fast", "--svg", svg, "--json"];
  const { code, stdout, stderr } = await pfp([...words, "--compiler", "clang-19"]);
  assert.is(code, 0, stderr);
  const { measurements } = JSON.parse(stdout) as BenchResult;
  const bars = measurements.reduce((sum, { lines }) => sum + lines.length + 1, 0);
  const text = readFileSync(svg, "utf8");
  assert.match(text, /^<svg /);
  assert.is(text.match(/aria-roledescription="bar"/g)?.length, bars);
  assert.match(text, /pfp fast, clang-19/);
});

const WRONG: [what: string, words: string[], where: string, remedy: RegExp][] = [
  ["unknown target", ["--target", "host", "cortex-m5"], "--target", /did you mean 'cortex-m\d+'/],
  [
    "one board for two targets",
    ["--target", "host", "cortex-a53", "--board", "host"],
    "--board",
    /one --target/,
  ],
  [
    "board of another target",
    ["--target", "host", "--board", "linux-a53"],
    "--board",
    /--target cortex-a53/,
  ],
  ["unknown compiler", ["--target", "host", "--compiler", "tcc"], "tcc on host", /name one/],
];

for (const [what, words, where, remedy] of WRONG) {
  test(`exit 1 for: ${what}`, async () => {
    const { code, stdout, stderr } = await pfp(["bench", model, ...words]);
    assert.is(code, 1, stderr);
    assert.is(stdout, "");
    assert.ok(stderr.includes(`error: ${where}`), stderr);
    assert.match(stderr, remedy);
  });
}

/** Where PATH has a command. */
function findAll(command: string): string[] {
  return (process.env.PATH ?? "")
    .split(":")
    .map((entry) => join(entry, command))
    .filter((path) => existsSync(path));
}

/** A folder with these commands alone, to be the whole PATH. */
function onlyCommands(...commands: string[]): string {
  const bin = mkdtempSync(join(folder, "bin-"));
  for (const command of commands) {
    symlinkSync(findAll(command)[0] ?? "", join(bin, command));
  }
  return bin;
}

test("missing tools are told, with the figures that go with them, and the rest stands", async () => {
  const bin = onlyCommands("node", "clang-19", "gcc", "aarch64-linux-gnu-gcc", "as", "ld");
  const words = ["bench", model, "--target", "host", "cortex-a53", "--tier", "fast"];
  const { code, stdout, stderr } = await pfp(words, undefined, { PATH: bin });
  assert.is(code, 0, stderr);
  assert.match(stdout, /small on host \(host\): nanoseconds/);
  assert.match(
    stdout,
    /left out: cortex-a53: there is no qemu-aarch64 .*apt-get install qemu-user/,
  );
});

test("without llvm-mca, instructions come without estimates of cycles", async () => {
  const bin = onlyCommands(
    ...["node", "clang-19", "qemu-aarch64", "aarch64-linux-gnu-gcc"],
    ...["aarch64-linux-gnu-as", "aarch64-linux-gnu-ld"],
  );
  const words = ["bench", model, "--target", "cortex-a53", "--tier", "fast", "--mode", "pfp"];
  const { code, stdout, stderr } = await pfp([...words, "--json"], undefined, { PATH: bin });
  assert.is(code, 0, stderr);
  const { measurements, left_out } = JSON.parse(stdout) as BenchResult;
  const lines = measurements.flatMap((measurement) => measurement.lines);
  assert.ok(lines.length > 0 && lines.every(({ value }) => value > 0));
  assert.ok(lines.every(({ estimated_cycles }) => estimated_cycles === null));
  const estimates = left_out.find(({ what }) => what === "cycle estimates");
  assert.match(estimates?.why ?? "", /no llvm-mca-19/);
  assert.is(estimates?.hint, "apt-get install llvm-19");
});

test("the hot loop is the straight run that executes most, in the kernel or what it calls", () => {
  const listing = [
    "0000000000401000 <pfp_x>:",
    "  401000: \tmov\tx0, #0x1",
    "  401004: \tfmla\tv0.4s, v1.4s, v2.s[0]",
    "  401008: \tldr\tq1, 0x401100 <pfp_x+0x100>",
    "  40100c: \tb.ne\t0x401004 <pfp_x+0x4>",
    "  401010: \tadd\tx3, x3, #0x1",
    "  401014: \tadd\tx3, x3, #0x2",
    "  401018: \tbl\t0x401020 <tile>",
    "  40101c: \tret",
    "",
    "0000000000401020 <tile>:",
    "  401020: \tfmul\tv0.4s, v1.4s, v2.4s",
    "  401024: \tb.ne\t0x401020 <tile>",
    "  401028: \tret",
    "",
    "0000000000401030 <pfp_y>:",
    "  401030: \tfsub\tv0.4s, v1.4s, v2.4s",
  ].join("\n");
  const loop = ["fmla v0.4s, v1.4s, v2.s[0]", "ldr q1, .Lloop", "b.ne .Lloop"];
  const hot = (counts: Record<string, number>) =>
    hotLoop(withCallees("pfp_x", parseListing(listing, new Map(Object.entries(counts)))));
  const inKernel = { "401004": 50, "401008": 50, "40100c": 50 };
  assert.equal(hot({ ...inKernel, "401030": 900 }), loop);
  assert.equal(hot({ ...inKernel, "401020": 90, "401024": 90 }), [
    "fmul v0.4s, v1.4s, v2.4s",
    "b.ne .Lloop",
  ]);
  // A call parts what comes before it from what comes after.
  const around = { "401010": 30, "401014": 30, "401018": 30, "40101c": 30 };
  assert.equal(hot(around), ["add x3, x3, #0x1", "add x3, x3, #0x2"]);
  assert.equal(hot({}), []);
});

test.run();
