import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decisionOf } from "../../codegen/src/eval/decide.js";
import { Random } from "../../codegen/src/eval/random.js";
import { changeGraph } from "../../codegen/src/import/change-graph.js";
import { importPosterior } from "../../codegen/src/import/import-posterior.js";
import { validate } from "../../codegen/src/ir/validate.js";
import type { Classification } from "../../codegen/src/run/protocol.js";
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

async function json(words: readonly string[]) {
  const { code, stdout, stderr } = await pfp([...words, "--json"]);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout);
}

const N = 2000;
const random = new Random(1);
const draw = (count: number, scale: number) =>
  Float32Array.from({ length: 6 * count }, () => 0.5 + scale * random.normal());
const original = classifier();
const model = file("model.safetensors", original);
const x = npyFile([N, 6], draw(N, 0.2));
const inputs = file("x.npz", npzFile({ x }));
const ood = file("ood.npy", npyFile([300, 6], draw(300, 8)));
const decided = join(folder, "decided.safetensors");

/** Labels that the model often gets wrong where it doubts. */
const { images } = await json(["run", model, "--target", "host", "--input", inputs]);
const labels = (images as Classification[]).map(({ label, total }) =>
  random.uniform() < (total > 0.9 ? 0.3 : 0.005) ? (label + 1) % 3 : label,
);
const data = file("data.npz", npzFile({ x, y: npyFile([N], Uint8Array.from(labels)) }));
const common = ["decide", model, "--data", data, "--ood", ood];

test("thresholds go into the file, whose tensors stay as they are, and into the C code", async () => {
  const found = await json([...common, "--risk", "0.04", "--false-alarm", "0.02", "-o", decided]);
  const { max_epistemic, max_total } = found.thresholds;
  assert.ok(max_epistemic > 0 && max_total > 0);
  assert.ok(found.guarantees.risk.p_value <= 0.05);
  const tensors = (bytes: Uint8Array) =>
    bytes.subarray(8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)));
  const written = new Uint8Array(readFileSync(decided));
  assert.equal(Buffer.from(tensors(written)), Buffer.from(tensors(original)));
  const graph = importPosterior(written);
  assert.ok(graph.ok);
  assert.equal(graph.value.decision, { maxEpistemic: max_epistemic, maxTotal: max_total });

  const out = join(folder, "generated");
  const { report } = await json(["compile", decided, "--target", "cortex-m4", "--out", out]);
  assert.equal(report.decision, found.thresholds);
  const header = readFileSync(join(out, "model.h"), "utf8");
  const constant = (name: string) =>
    Number(new RegExp(`#define MODEL_DECIDE_${name} (\\S+)f\n`).exec(header)?.[1]);
  assert.is(Math.fround(constant("MAX_EPISTEMIC")), max_epistemic);
  assert.is(Math.fround(constant("MAX_TOTAL")), max_total);
});

for (const target of ["host", "cortex-m55"]) {
  test(`${target}: what the generated code decides is what the thresholds say`, async () => {
    const { decision } = changedGraph();
    const words = ["--target", target, "--input", data, ood];
    const answer = await json(["run", decided, ...words]);
    // The document's digits read back as the floats that the code compares.
    const found = (answer.images as Classification[]).map((one) => ({
      ...one,
      epistemic: Math.fround(one.epistemic),
      total: Math.fround(one.total),
    }));
    const near = ({ epistemic, total }: Classification) =>
      Math.min(Math.abs(epistemic - decision.max_epistemic), Math.abs(total - decision.max_total)) <
      1e-5;
    const clear = found.filter((one) => target === "host" || !near(one));
    assert.ok(clear.length > found.length / 2);
    for (const one of clear) {
      assert.is(one.decision, decisionOf(one, decision));
    }
    assert.is(new Set(found.map((one) => one.decision)).size, 3);
  });
}

test("other modes decide nothing", async () => {
  for (const mode of [["deterministic"], ["sampled", "--samples", "2"]]) {
    const words = ["run", decided, "--target", "host", "--input", ood, "--count", "1", "--mode"];
    const answer = await json([...words, ...mode]);
    assert.is(answer.images[0].decision, undefined);
  }
});

test("a decision goes with the calibration that it was found with", async () => {
  const calibration = { factors: { fc1: 1.1 }, temperature: 1 };
  const bytes = changeGraph(readFileSync(decided), (graph) => ({ ...graph, calibration }));
  const path = file("calibrated.safetensors", bytes);
  const words = ["compile", path, "--target", "host", "--out", join(folder, "calibrated")];
  assert.ok((await json(words)).report.decision);
  assert.is((await json([...words, "--no-calibration"])).report.decision, undefined);
  const again = join(folder, "again.safetensors");
  await json(["calibrate", path, "--data", data, "--folds", "2", "-o", again]);
  const graph = importPosterior(readFileSync(again));
  assert.ok(graph.ok && graph.value.calibration !== undefined);
  assert.is(graph.ok && graph.value.decision, undefined);
});

test("a coverage, and no more than a false-alarm rate", async () => {
  const covered = await json([...common, "--coverage", "0.9", "-o", join(folder, "covered")]);
  assert.ok(covered.guarantees.coverage.level >= 0.9 && covered.in_domain.accept.value > 0.85);
  const bare = join(folder, "bare");
  const alarmed = await json([...common, "--false-alarm", "0.05", "-o", bare]);
  assert.is(alarmed.thresholds.max_total, undefined);
  const { images } = await json(["run", bare, "--target", "host", "--input", data, ood]);
  const decisions = new Set(images.map(({ decision }: Classification) => decision));
  assert.equal([...decisions].sort(), ["accept", "unknown"]);
});

test("without --json: what holds, and for what", async () => {
  const { code, stdout, stderr } = await pfp([...common, "--risk", "0.04", "-o", decided]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /at most 4 % of those accepted are wrong, at confidence 95 %/);
  assert.match(stdout, /Out of domain this holds for inputs like the ones of --ood alone/);
});

const few = file(
  "few.npz",
  npzFile({
    x: npyFile([100, 6], draw(100, 0.2)),
    y: npyFile([100], Uint8Array.from(labels.slice(0, 100))),
  }),
);
const regression = file("regression.safetensors", regressor());
const exact = file("exact.safetensors", withoutDeviations());
const out = ["-o", join(folder, "never")];
const cases: readonly [string, readonly string[], RegExp][] = [
  [
    "no out of domain",
    ["decide", model, "--data", data, "--risk", "0.1", ...out],
    /--ood: this has/,
  ],
  ["nothing wanted", [...common, ...out], /nothing is wanted of the decision/],
  [
    "two wishes",
    [...common, "--risk", "0.1", "--coverage", "0.9", ...out],
    /--coverage: --risk sets/,
  ],
  ["no share", [...common, "--risk", "1.5", ...out], /--risk: expected a number between 0 and 1/],
  [
    "too few",
    ["decide", model, "--data", few, "--ood", ood, "--risk", "0.01", ...out],
    /--false-alarm: too few inputs: 99 are needed, 50 of 100 are one half\nhint: give at least 198/,
  ],
  [
    "too few for the risk",
    [
      ...["decide", model, "--data", few, "--ood", ood],
      "--risk",
      "0.01",
      "--false-alarm",
      ".1",
      ...out,
    ],
    /--risk: too few inputs: 299 are needed, 50 of 100 are one half\nhint: give at least 598/,
  ],
  [
    "a regression",
    ["decide", regression, ...common.slice(2), "--risk", ".1", ...out],
    /only a class/,
  ],
  [
    "no sd",
    ["decide", exact, ...common.slice(2), "--risk", ".1", ...out],
    /no weight has a standard/,
  ],
  ["no folder", [...common, "--risk", ".1", "-o", join(folder, "no", "file")], /no such folder/],
];
for (const [what, words, message] of cases) {
  test(`refused: ${what}`, async () => {
    const { code, stdout, stderr } = await pfp(words);
    assert.is(code, 1, stderr);
    assert.is(stdout, "");
    assert.match(stderr, message);
  });
}

test("a file whose decision makes no sense is refused", () => {
  const problemOf = (bytes: Uint8Array, decision: unknown) => {
    const graph = importPosterior(changeGraph(bytes, (json) => ({ ...json, decision })));
    const valid = graph.ok ? validate(graph.value) : graph;
    return valid.ok ? "" : valid.diagnostics[0]?.path;
  };
  assert.is(problemOf(original, { max_epistemic: 0.1 }), "");
  assert.is(problemOf(original, { max_epistemic: -1 }), "decision.max_epistemic");
  assert.is(problemOf(original, { max_total: 1 }), "decision.max_epistemic");
  assert.is(problemOf(original, { max_epistemic: 1, max: 2 }), "decision.max");
  assert.is(problemOf(regressor(), { max_epistemic: 1 }), "decision");
});

/** The graph of the decided file, as JSON. */
function changedGraph() {
  let graph: { readonly decision: { max_epistemic: number; max_total: number } } | undefined;
  changeGraph(new Uint8Array(readFileSync(decided)), (json) => {
    graph = json as unknown as typeof graph;
    return { ...json };
  });
  if (graph === undefined) {
    throw new Error("no graph");
  }
  return graph;
}

test.run();
