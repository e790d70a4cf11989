/** What `pfp compile` says a model takes, its bounds, and where it puts weights. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { overBudget } from "../../codegen/src/cli/budget.js";
import { defaults } from "../../codegen/src/defaults.js";
import type { StepResources } from "../../codegen/src/plan/resources.js";
import { elfSections } from "../../codegen/src/run/elf.js";
import { pfp } from "./support/pfp.js";
import { classifier } from "./support/small-models.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
writeFileSync(model, classifier());

function compile(out: string, ...options: string[]) {
  return pfp(["compile", model, "--target", "cortex-m55", "--out", join(folder, out), ...options]);
}

const { resources, report } = JSON.parse((await compile("plain", "--json")).stdout);
const totals = {
  flash: resources.flash_bytes,
  arena: resources.arena_bytes,
  stack: resources.stack_bytes,
};

test("shows who uses what, and the sums", async () => {
  const { stdout } = await compile("plain");
  for (const { name, kernel } of resources.steps) {
    assert.match(stdout, new RegExp(`│ ${name} +│ ${kernel} +│`));
  }
  assert.match(
    stdout,
    `flash ${totals.flash} bytes, arena ${totals.arena} bytes, stack ${totals.stack} bytes`,
  );
  assert.is(report.arena_bytes, totals.arena);
  const sum = (key: string) =>
    resources.steps.reduce(
      (total: number, step: Record<string, number>) => total + (step[key] ?? 0),
      0,
    );
  assert.is(sum("weight_bytes"), report.weight_bytes);
  assert.is(sum("weight_bytes") + sum("code_bytes"), totals.flash);
});

for (const [part, bytes] of Object.entries(totals)) {
  test(`--max-${part}: what the model takes is enough, a byte less is not`, async () => {
    const enough = await compile(`enough-${part}`, `--max-${part}`, String(bytes));
    assert.is(enough.code, 0, enough.stderr);
    const { code, stdout, stderr } = await compile(`less-${part}`, `--max-${part}`, `${bytes - 1}`);
    assert.is(code, 1);
    assert.match(stdout, /│ fc1 +│ pfp_dense/);
    assert.match(stderr, `error: --max-${part}: the model takes ${bytes} bytes of ${part}`);
    assert.match(stderr, `1 more than ${bytes - 1}`);
    assert.not.ok(existsSync(join(folder, `less-${part}`)));
  });
}

test("all bounds that are exceeded are named, as JSON too", async () => {
  const bounds = ["--max-flash", "1", "--max-arena", "1", "--max-stack", "1"];
  const { code, stdout } = await compile("none", ...bounds, "--json");
  assert.is(code, 1);
  const { errors, resources: found } = JSON.parse(stdout);
  assert.equal(
    errors.map(({ path }: { path: string }) => path),
    ["--max-flash", "--max-arena", "--max-stack"],
  );
  assert.equal(found, resources);
});

test("a bound that a missing figure leaves open is refused, with the step", () => {
  const steps = resources.steps.map((step: StepResources) =>
    step.name === "fc2" ? { ...step, stack_bytes: null } : step,
  );
  const [problem, ...others] = overBudget(
    { ...resources, steps, complete: false },
    { ...defaults, "max-stack": 1e9, "max-arena": 1e9, "max-flash": 1e9 },
  );
  assert.equal(others, []);
  assert.is(problem?.path, "--max-stack");
  assert.match(problem?.message ?? "", /^what pfp_dense_\w+ of step fc2 takes was not measured/);
});

const HINTS: [what: string, words: string[], hint: RegExp][] = [
  ["f32 weights", ["--max-flash", "1"], /--weights i8u8 or i8u4/],
  ["the smallest weights", ["--max-flash", "1", "--weights", "i8u4"], /lower --points/],
  ["traces", ["--max-arena", "1", "--trace"], /leave out --trace/],
  ["layers", ["--max-arena", "1"], /smaller layers/],
  ["the accurate tier", ["--max-stack", "1"], /--tier fast/],
  ["compact weights", ["--max-stack", "1", "--weights", "i8u8"], /--weights f32/],
];

for (const [what, words, hint] of HINTS) {
  test(`a bound that ${what} exceed says what would help`, async () => {
    const { code, stderr } = await compile("hint", ...words);
    assert.is(code, 1);
    assert.match(/^hint: (.*)$/m.exec(stderr)?.[1] ?? "", hint);
  });
}

test("on a target whose costs are times, no sum of instructions is made up", async () => {
  const words = ["compile", model, "--target", "host", "--out", join(folder, "host")];
  const { code, stdout } = await pfp(words);
  assert.is(code, 0);
  assert.match(stdout, /^flash \d+ bytes, arena \d+ bytes, stack \d+ bytes$/m);
  assert.is(JSON.parse((await pfp([...words, "--json"])).stdout).resources.instructions, null);
});

test("--place puts the weights of a layer into its section, and no others", async () => {
  const out = join(folder, "placed");
  const placed = await compile(
    "placed",
    "--place",
    "fc1=.pfp_fast",
    "--place",
    "fc2=.pfp_external",
  );
  assert.is(placed.code, 0, placed.stderr);
  const { layers } = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
  const object = join(folder, "weights.o");
  const include = ["-Iruntime-c/include", `-I${out}`];
  for (const cc of ["gcc", "clang-19"]) {
    for (const file of ["model.c", "model_weights.c"]) {
      const flags = [
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-D__ARM_FEATURE_MVE=3",
      ];
      const words = [...flags, ...include, "-c", join(out, file), "-o", object];
      assert.is(spawnSync(cc, words, { encoding: "utf8" }).stderr, "", `${cc} ${file}`);
    }
    const sections = new Map(
      elfSections(readFileSync(object)).map(({ name, bytes }) => [name, bytes]),
    );
    const bytesOf = (name: string) =>
      layers.find((layer: { name: string }) => layer.name === name)?.weight_bytes;
    assert.is(sections.get(".pfp_fast"), bytesOf("fc1"), cc);
    assert.is(sections.get(".pfp_external"), bytesOf("fc2"), cc);
    assert.ok((sections.get(".rodata.pfp_weights") ?? 0) > 0, cc);
  }
});

test("--place with a section that the board has not is refused, with those that it has", async () => {
  const { code, stderr } = await compile("nowhere", "--place", "fc1=.dtcm");
  assert.is(code, 1);
  assert.match(stderr, "board mps3-an547 has no section '.dtcm' for weights");
  assert.match(stderr, "it has .pfp_fast, .pfp_external");
  assert.not.ok(existsSync(join(folder, "nowhere")));
});

test.run();
