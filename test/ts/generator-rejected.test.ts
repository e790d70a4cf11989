import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Diagnostic, Result } from "../../codegen/src/diagnostics.js";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import { runPasses } from "../../codegen/src/passes/passes.js";
import { makePlan } from "../../codegen/src/plan/make-plan.js";
import { posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { containerCases } from "./rejected/container.js";
import { graphCases } from "./rejected/graphs.js";
import { headCases } from "./rejected/heads.js";
import { valueCases } from "./rejected/values.js";
import { generateWith, kernelsOf } from "./support/generator.js";
import { Random } from "./support/random.js";
import { small } from "./support/small-models.js";

const good = posteriorFile(small);

function problems(result: Result<unknown>): readonly Diagnostic[] {
  return result.ok ? [] : result.diagnostics;
}

for (const { name, file, expected, says } of [
  ...containerCases,
  ...valueCases,
  ...graphCases,
  ...headCases,
]) {
  test(`rejects ${name}`, () => {
    const found = problems(generateWith(file()));
    assert.equal(
      found.map(({ code, path }) => `${code} ${path}`),
      expected,
    );
    assert.match(`${found[0]?.message} ${found[0]?.hint}`, says);
  });
}

test("accepts what the rejected files are made of", () => {
  assert.equal(problems(generateWith(good)), []);
});

test("a damaged file is accepted or rejected, but nothing breaks", () => {
  const kernels = kernelsOf("host");
  const outcomes = new Map<string, number>();
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed);
    const damaged = Uint8Array.from(good);
    for (let i = random.integer(1, 3); i > 0; i--) {
      damaged[random.integer(0, good.length - 1)] = random.integer(0, 255);
    }
    const imported = importPosterior(damaged);
    const graph = imported.ok
      ? runPasses(imported.value, { kernels, mode: "pfp", weights: "f32", tier: "accurate" })
      : imported;
    const plan = graph.ok
      ? makePlan(graph.value, kernels, {
          mode: "pfp",
          weights: "f32",
          tier: "accurate",
          points: 8,
          trace: false,
        })
      : graph;
    const outcome = problems(plan)[0]?.code ?? "accepted";
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  assert.ok(outcomes.size > 15, [...outcomes].join("; "));
});

const options = [
  { given: { points: 126 }, expected: "bad-points --points" },
  { given: { points: 4 }, expected: "bad-points --points" },
  { given: { points: 8196 }, expected: "bad-points --points" },
  { given: { points: 12.5 }, expected: "bad-points --points" },
  { given: { points: Number.NaN }, expected: "bad-points --points" },
  { given: { name: "1st" }, expected: "bad-name --name" },
  { given: { name: "../up" }, expected: "bad-name --name" },
  { given: { name: "_Model" }, expected: "bad-name --name" },
  { given: { name: "int" }, expected: "bad-name --name" },
  { given: { name: "template" }, expected: "bad-name --name" },
  { given: { name: "string" }, expected: "bad-name --name" },
  { given: { name: "pfp_x" }, expected: "bad-name --name" },
];

for (const { given, expected } of options) {
  test(`rejects ${JSON.stringify(given)}`, () => {
    const [problem] = problems(generateWith(good, given));
    assert.is(`${problem?.code} ${problem?.path}`, expected);
  });
}

test.run();
