import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { VERBS } from "../../codegen/src/cli/arguments.js";
import { idxFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { classifier, withoutDeviations } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());
const exact = join(folder, "exact.safetensors");
writeFileSync(exact, withoutDeviations());
const images = join(folder, "images.idx");
writeFileSync(images, idxFile([2, 6], new Uint8Array(12)));
const out = join(folder, "out");

/** A wrong command line, and what the error must name: where, and what to do. */
const WRONG: [what: string, words: string[], where: string, remedy: RegExp][] = [
  ["no command", [], "pfp", /pfp --help/],
  ["unknown command", ["inspekt", model], "inspekt", /did you mean 'inspect'/],
  [
    "a command near to none",
    ["predict", model],
    "predict",
    new RegExp(`hint: name one of ${VERBS.map((verb) => `'${verb}'`).join(", ")}$`, "m"),
  ],
  ["an option near to none", ["inspect", model, "--gpu"], "--gpu", /hint: see pfp inspect --help/],
  [
    "unknown option",
    ["compile", model, "--traget", "host", "--out", out],
    "--traget",
    /'--target'/,
  ],
  [
    "option of another command",
    ["inspect", model, "--target", "host"],
    "--target",
    /inspect --help/,
  ],
  ["missing option", ["compile", model, "--out", out], "--target", /compile --help/],
  ["option without a value", ["run", model, "--input"], "--input", /run --help/],
  ["no model", ["inspect"], "model", /inspect --help/],
  ["too many models", ["inspect", model, "other"], "other", /inspect --help/],
  [
    "unknown target",
    ["compile", model, "--target", "cortex-m555", "--out", out],
    "--target",
    /did you mean 'cortex-m55'/,
  ],
  [
    "a target near to none",
    ["compile", model, "--target", "nosuch", "--out", out],
    "--target",
    /there are host, .*\nhint: name one of these$/m,
  ],
  [
    "unknown board",
    ["compile", model, "--target", "host", "--board", "hots", "--out", out],
    "--board",
    /'host'/,
  ],
  [
    "board of another target",
    ["compile", model, "--target", "host", "--board", "linux-a53", "--out", out],
    "--board",
    /--target cortex-a53/,
  ],
  [
    "halves on a processor without fp16",
    ["compile", model, "--target", "cortex-a53", "--activations", "f16", "--out", out],
    "--activations",
    /cortex-a76, cortex-m55/,
  ],
  [
    "halves of exact values",
    [
      ...["compile", model, "--target", "cortex-m55", "--activations", "f16", "--out", out],
      ...["--mode", "deterministic"],
    ],
    "--activations",
    /leave one of the two out/,
  ],
  [
    "halves with a choice of weights",
    [
      ...["compile", model, "--target", "cortex-m55", "--activations", "f16", "--out", out],
      ...["--weights", "auto", "--calibration", images],
    ],
    "--weights",
    /leave one of the two out/,
  ],
  [
    "a trace of halves",
    [
      ...["compile", model, "--target", "cortex-m55", "--activations", "f16", "--out", out],
      "--trace",
    ],
    "--trace",
    /leave one of the two out/,
  ],
  [
    "unknown tier",
    ["compile", model, "--target", "host", "--out", out, "--tier", "best"],
    "--tier",
    /compile --help/,
  ],
  ...["0", "-1", "2.5", "many"].map((samples): (typeof WRONG)[number] => [
    `${samples} samples`,
    ["compile", model, "--target", "host", "--out", out, `--samples=${samples}`],
    "--samples",
    /hint: write it as in --samples 100$/m,
  ]),
  [
    "samples of nothing drawn",
    ["compile", model, "--target", "host", "--out", out, "--samples", "30"],
    "--samples",
    /--mode sampled/,
  ],
  [
    "a draw in mode deterministic",
    [
      ...["compile", model, "--target", "host", "--out", out],
      ...["--mode", "deterministic", "--draw", "weights"],
    ],
    "--draw",
    /--mode sampled/,
  ],
  [
    "an unknown draw",
    ["run", model, "--target", "host", "--input", images, "--mode", "sampled", "--draw", "bias"],
    "--draw",
    /run --help/,
  ],
  [
    "draws of weights stored as f16",
    [
      ...["compile", model, "--target", "host", "--out", out],
      ...["--mode", "sampled", "--weights", "f16"],
    ],
    "--weights",
    /--draw activations/,
  ],
  [
    "posterior means stored as i8u8",
    [
      ...["compile", model, "--target", "host", "--out", out],
      ...["--mode", "deterministic", "--weights", "i8u8"],
    ],
    "--weights",
    /leave out --weights/,
  ],
  [
    "samples of a posterior that has no sd",
    ["compile", exact, "--target", "host", "--out", out, "--mode", "sampled"],
    "--mode",
    /--mode deterministic/,
  ],
  [
    "weights beforehand that no memory holds",
    [
      ...["compile", model, "--target", "cortex-m4", "--out", out, "--mode", "sampled"],
      ...["--draw", "beforehand", "--samples", "100000"],
    ],
    "mps2-an386",
    /fewer --samples/,
  ],
  [
    "option given twice",
    ["compile", model, "--target", "host", "--target", "host", "--out", out],
    "--target",
    /compile --help/,
  ],
  [
    "count that is no number",
    ["run", model, "--target", "host", "--input", images, "--count", "1e1"],
    "--count",
    /hint: write it as in --count 20$/m,
  ],
  ...["0", "-1", "1.5", "64k", "many"].map((bytes): (typeof WRONG)[number] => [
    `a budget of ${bytes}`,
    ["compile", model, "--target", "host", "--out", out, `--max-arena=${bytes}`],
    "--max-arena",
    /--max-arena 65536/,
  ]),
  [
    "a budget without a number",
    ["compile", model, "--target", "host", "--out", out, "--max-flash"],
    "--max-flash",
    /compile --help/,
  ],
  [
    "a placement without a section",
    ["compile", model, "--target", "host", "--out", out, "--place", "fc1"],
    "--place",
    /--place conv1=/,
  ],
  [
    "a placement of an unknown layer",
    ["compile", model, "--target", "host", "--out", out, "--place", "fc=.fast"],
    "--place",
    /did you mean 'fc[12]'/,
  ],
  [
    "a placement of a layer without weights",
    ["compile", model, "--target", "host", "--out", out, "--place", "relu1=.fast"],
    "--place",
    /name one of 'fc1', 'fc2'$/m,
  ],
  [
    "two placements of a layer",
    ["compile", model, "--target", "host", "--out", out, "--place=fc1=.a", "--place=fc1=.b"],
    "--place",
    /one section/,
  ],
  ...[".bss", ".text.fast", "1x", ".fast, ax", '.a"b'].map((section): (typeof WRONG)[number] => [
    `a section called ${section}`,
    ["compile", model, "--target", "host", "--out", out, "--place", `fc1=${section}`],
    "--place",
    /linker script/,
  ]),
  ...["0", "-4", "10", "8196", "many"].map((points): (typeof WRONG)[number] => [
    `${points} points`,
    ["compile", model, "--target", "host", "--out", out, `--points=${points}`],
    "--points",
    /expected a multiple of 4 from 8 to 8192, found .*\nhint: write it as in --points 256$/m,
  ]),
  ...["0", "-1", "1.5", "eight"].map((batch): (typeof WRONG)[number] => [
    `a batch of ${batch}`,
    ["compile", model, "--target", "host", "--out", out, `--batch=${batch}`],
    "--batch",
    /hint: write it as in --batch 8$/m,
  ]),
  [
    "a batch that is too large",
    ["compile", model, "--target", "host", "--out", out, "--batch", "4097"],
    "--batch",
    /1 to 4096/,
  ],
  [
    "a batch for a microcontroller",
    ["compile", model, "--target", "cortex-m4", "--out", out, "--batch", "8"],
    "--batch",
    /cortex-a53/,
  ],
  [
    "a batch of a sampled network",
    ["compile", model, "--target", "host", "--out", out, "--batch=8", "--mode", "sampled"],
    "--batch",
    /--mode pfp/,
  ],
  [
    "a trace of a batch",
    ["compile", model, "--target", "host", "--out", out, "--batch", "8", "--trace"],
    "--trace",
    /one input/,
  ],
  [
    "a batch of nothing in a bench",
    ["bench", model, "--target", "host", "--batch", "1,,8"],
    "--batch",
    /hint: write it as in --batch 1 8 64$/m,
  ],
  [
    "name that is no C identifier",
    ["compile", model, "--target", "host", "--out", out, "--name", "2nd"],
    "--name",
    /letter/,
  ],
  ["missing model", ["inspect", join(folder, "absent")], join(folder, "absent"), /path/],
  ["model that is a folder", ["inspect", folder], folder, /path/],
  [
    "count beyond the end",
    ["run", model, "--target", "host", "--input", images, "--count", "3"],
    "--count",
    /give --count 2/,
  ],
  [
    "output below a file",
    ["compile", model, "--target", "host", "--out", join(images, "out")],
    images,
    /a file stands where the folder should be/,
  ],
  [
    "output into a file",
    ["compile", model, "--target", "host", "--out", images],
    images,
    /a file stands where the folder should be/,
  ],
];

for (const [what, words, where, remedy] of WRONG) {
  test(`${what}: exit 1, naming ${where.split("/").at(-1)}`, async () => {
    const { code, stdout, stderr } = await pfp(words);
    assert.is(code, 1, stderr);
    assert.is(stdout, "");
    const [error = "", hint = ""] = stderr.split("\n");
    assert.ok(error.startsWith(`error: ${where}: `), stderr);
    assert.match(hint, /^hint: /);
    assert.match(stderr, remedy);
    assert.not(existsSync(out), "something was left behind");
  });
}

test("with --json the problems are one document on standard output", async () => {
  const { code, stdout } = await pfp(["inspect", join(folder, "absent"), "--json"]);
  assert.is(code, 1);
  assert.is(JSON.parse(stdout).errors[0].code, "unreadable-model");
});

test("a model that does not fit names the memory and by how much; nothing is written", async () => {
  const large = join(folder, "large.safetensors");
  writeFileSync(large, classifier(1, 30_000));
  const { code, stderr } = await pfp(["compile", large, "--target", "cortex-m55", "--out", out]);
  assert.is(code, 1);
  assert.match(stderr, /error: mps3-an547: SRAM: .* bytes for weights, .* \d+: \d+ bytes too many/);
  assert.not(existsSync(out));
});

test("a bad posterior is named with the place in it", async () => {
  const truncated = join(folder, "truncated.safetensors");
  writeFileSync(truncated, classifier().subarray(0, -4));
  const negative = join(folder, "no-graph.safetensors");
  writeFileSync(
    negative,
    Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")]),
  );
  for (const words of [["inspect"], ["compile", "--target", "host", "--out", out]]) {
    const [verb = "", ...options] = words;
    const first = await pfp([verb, truncated, ...options]);
    assert.is(first.code, 1);
    assert.ok(first.stderr.startsWith(`error: ${truncated}: `), first.stderr);
    const second = await pfp([verb, negative, ...options]);
    assert.is(second.code, 1);
    assert.ok(second.stderr.startsWith(`error: ${negative}: __metadata__.pfp: `), second.stderr);
    assert.not(existsSync(out));
  }
});

for (const [what, svg, why] of [
  ["no folder", join(folder, "absent", "x.svg"), "there is no such folder"],
  ["a file for a folder", join(images, "x.svg"), "part of its path is a file, not a folder"],
  ["a folder", folder, "this is a folder, expected a file"],
] as const) {
  test(`a chart into ${what} is refused before anything is measured`, async () => {
    const words = ["bench", join(folder, "absent"), "--target", "host", "--svg", svg];
    const { code, stderr } = await pfp(words);
    assert.is(code, 1);
    assert.is(
      stderr,
      `error: ${svg}: cannot be written: ${why}\nhint: give --svg a file in a folder that is there and can be written to\n`,
    );
  });
}

test("a chart that can be written is left as it is until all is measured", async () => {
  const [old, added] = [join(folder, "old.svg"), join(folder, "added.svg")];
  writeFileSync(old, "old");
  for (const svg of [old, added]) {
    const words = ["bench", join(folder, "absent"), "--target", "host", "--svg", svg];
    assert.match((await pfp(words)).stderr, /absent: there is no such file/);
  }
  assert.is(readFileSync(old, "utf8"), "old");
  assert.not(existsSync(added));
});

test("an empty posterior file is called empty", async () => {
  const empty = join(folder, "empty.safetensors");
  writeFileSync(empty, "");
  const { code, stderr } = await pfp(["inspect", empty]);
  assert.is(code, 1);
  assert.is(stderr.split("\n")[0], `error: ${empty}: the file is empty`);
});

test("a file system that takes no folders ends the command", async () => {
  const { code, stderr } = await pfp([
    ...["compile", "models/mlp.safetensors", "--target", "host", "--out", "/proc/pfp/out"],
  ]);
  assert.is(code, 1);
  assert.match(stderr, /error: \/proc\/pfp: there is no such file/);
});

test("a folder that cannot be written to is left as it was", async () => {
  const target = join(folder, "blocked");
  mkdirSync(join(target, "model.c"), { recursive: true });
  const { code, stderr } = await pfp(["compile", model, "--target", "host", "--out", target]);
  assert.is(code, 1);
  assert.match(stderr, `error: ${join(target, "model.c")}: `);
  assert.equal(readdirSync(target), ["model.c"]);
});

test("a user's own file is not overwritten", async () => {
  const target = join(folder, "mine");
  const mine = join(target, "CMakeLists.txt");
  mkdirSync(target);
  writeFileSync(mine, "project(mine)\n");
  const { code, stderr } = await pfp(["compile", model, "--target", "host", "--out", target]);
  assert.is(code, 1);
  assert.match(stderr, `error: ${mine}: `);
  assert.is(readFileSync(mine, "utf8"), "project(mine)\n");
  assert.equal(readdirSync(target), ["CMakeLists.txt"]);
});

test("an exception of ours exits 2 and asks for a report; one of the system exits 1", () => {
  const throwing = (error: string) =>
    spawnSync(process.execPath, [
      ...["--input-type=module", "--eval"],
      `import { printUnexpected } from "./codegen/dist/cli/print.js";
       import { readFileSync } from "node:fs";
       try { ${error} } catch (error) { process.exitCode = printUnexpected(error); }`,
    ]);
  const bug = throwing("undefined.field");
  assert.is(bug.status, 2);
  assert.match(String(bug.stderr), /TypeError.*bug in pfp. Please report/s);
  const system = throwing(`readFileSync("/absent")`);
  assert.is(system.status, 1);
  assert.is(String(system.stderr).split("\n")[0], "error: /absent: there is no such file");
});

test.run();
