/** What kernels and models cost is what is committed; what is made from it is fresh. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differences, showDifference } from "../../bench/compare.js";
import { costsOf } from "../../bench/costs.js";
import { type Figures, measureKernels, measureModels, TESTED_BOARDS } from "../../bench/figures.js";
import { kernelsPage } from "../../bench/kernels-page.js";
import { readKernelList } from "../../bench/workloads.js";

const UPDATE = "if this is meant: make baseline";
const baseline = JSON.parse(readFileSync("bench/baseline.json", "utf8")) as Figures;

test("instructions and sizes stay within 2 % of bench/baseline.json", async () => {
  const boards = process.env.WIDE === "1" ? undefined : TESTED_BOARDS;
  const now = await measureModels(measureKernels(), boards);
  const isMeasured = (target: string) => Object.keys(now[target]?.models ?? {}).length > 0;
  for (const [target, { models }] of Object.entries(now).filter(([name]) => isMeasured(name))) {
    const { instructions, arena_bytes, weight_bytes, code_bytes } =
      models["lenet5 pfp accurate"] ?? {};
    console.log(
      `figure: lenet5 on ${target}: ${instructions} instructions an inference, ` +
        `arena ${arena_bytes} bytes, weights ${weight_bytes} bytes, code ${code_bytes} bytes`,
    );
  }
  const before = Object.entries(baseline).map(([target, figures]) => [
    target,
    isMeasured(target) ? figures : { ...figures, models: {} },
  ]);
  const found = differences(Object.fromEntries(before), now);
  const text = found.map(showDifference).join("\n");
  if (text !== "") {
    console.log(text);
  }
  assert.not.ok(
    found.some(({ fails }) => fails),
    `${text}\n${UPDATE}`,
  );
});

test("every kernel of a counted instruction set has a workload", () => {
  const counted = new Set(Object.values(baseline).flatMap(({ kernels }) => Object.keys(kernels)));
  const missing = readKernelList()
    .filter(({ isa }) => isa !== "x86")
    .map(({ symbol }) => symbol)
    .filter((symbol) => !counted.has(symbol));
  assert.equal(missing, [], "add a workload to bench/kernels.c, then make baseline");
});

test("runtime-c/costs.json comes from the baseline", () => {
  const costs = JSON.parse(readFileSync("runtime-c/costs.json", "utf8"));
  assert.equal(costs, costsOf(baseline), UPDATE);
  for (const [target, { kernels }] of Object.entries(baseline)) {
    assert.equal(Object.keys(costs.targets[target].kernels), Object.keys(kernels));
  }
});

test("docs/kernels.md comes from the kernel list and the baseline", () => {
  const page = readFileSync("docs/kernels.md", "utf8");
  assert.is(page, kernelsPage(readKernelList(), baseline), UPDATE);
});

const BEFORE = { a: { x: 100, y: 0, name: "clang-19" } };
const CASES: [what: string, now: object, fails: (boolean | undefined)[]][] = [
  ["the same", { a: { x: 100, y: 0, name: "clang-19" } }, []],
  ["2 % more", { a: { x: 102, y: 0, name: "clang-19" } }, [false]],
  ["2 % less", { a: { x: 98, y: 0, name: "clang-19" } }, [false]],
  ["more than 2 % more", { a: { x: 102.1, y: 0, name: "clang-19" } }, [true]],
  ["more than 2 % less", { a: { x: 97.9, y: 0, name: "clang-19" } }, [true]],
  ["more than nothing", { a: { x: 100, y: 1, name: "clang-19" } }, [true]],
  ["not a number", { a: { x: Number.NaN, y: 0, name: "clang-19" } }, [true]],
  ["another text", { a: { x: 100, y: 0, name: "gcc" } }, [true]],
  ["one gone", { a: { x: 100, name: "clang-19" } }, [true]],
  ["a group gone", {}, [true, true, true]],
  ["one new", { a: { x: 100, y: 0, z: 1, name: "clang-19" } }, [true]],
];

for (const [what, now, fails] of CASES) {
  test(`a comparison with ${what}`, () => {
    assert.equal(
      differences(BEFORE, now).map((difference) => difference.fails),
      fails,
    );
  });
}

test("a difference is shown with its place and its size", () => {
  const [line] = differences(BEFORE, { a: { ...BEFORE.a, x: 103 } }).map(showDifference);
  assert.is(line, "FAILS  a, x: 100 -> 103 (+3.0 %)");
});

test.run();
