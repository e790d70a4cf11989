/** `pfp certify`, on small networks of which it is known what the pass does wrong. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Random } from "../../codegen/src/eval/random.js";
import { layerTensors, posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { npyFile, npzFile } from "./support/image-files.js";
import { pfp } from "./support/pfp.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const INPUTS = 6;
const OUTPUTS = 3;
const N = 40;

function write(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const random = new Random(5);
const data = write(
  "data.npz",
  npzFile({
    x: npyFile(
      [N, INPUTS],
      Float32Array.from({ length: N * INPUTS }, () => random.normal()),
    ),
    y: npyFile(
      [N],
      Uint8Array.from({ length: N }, (_, i) => i % OUTPUTS),
    ),
  }),
);
const output = { head: "classification", input: "out", labels: ["a", "b", "c"] };
const input = { shape: [INPUTS] };

/** One layer: its outputs are Gaussians with the moments of the pass, and the covariance of none. */
const linear = write(
  "linear.safetensors",
  posteriorFile({
    graph: {
      ...{ schema: 1, name: "linear", input, output },
      ops: [{ name: "out", op: "dense", inputs: ["input"] }],
    },
    tensors: layerTensors("out", [OUTPUTS, INPUTS], 1),
  }),
);

/**
 * Two inner layers. With `shared` the units of the second share all they read, and each output adds them
 * up, so that they alone spread; `spread` multiplies the sds, of which few units leave no sum that were
 * near a Gaussian.
 */
function deep(name: string, { spread = 1, shared = false, hidden = 12 }): string {
  const tensors = {
    ...layerTensors("first", [hidden, INPUTS], 1),
    ...layerTensors("second", [hidden, hidden], 2),
    ...layerTensors("out", [OUTPUTS, hidden], 3),
  };
  const changed = Object.entries(tensors).map(([tensor, { shape, values }]) => {
    const isWide = tensor.endsWith(".sd");
    const isShared = shared && tensor === "second.weight.mean";
    const isSum = shared && tensor === "out.weight.mean";
    const factor = shared && !tensor.startsWith("first") ? 0.1 : spread;
    const scaled = values.map((value) => (isWide ? factor * value : value));
    const same = scaled.map((_, i) => (isSum ? [0.1, -0.1, 0][Math.floor(i / hidden)] : 1) ?? 0);
    return [tensor, { shape, values: isShared || isSum ? same : scaled }] as const;
  });
  const ops = [
    { name: "first", op: "dense", inputs: ["input"] },
    { name: "relu1", op: "relu", inputs: ["first"] },
    { name: "second", op: "dense", inputs: ["relu1"] },
    { name: "relu2", op: "relu", inputs: ["second"] },
    { name: "out", op: "dense", inputs: ["relu2"] },
  ];
  const graph = { schema: 1, name, input, ops, output };
  return write(
    `${name}.safetensors`,
    posteriorFile({ graph, tensors: Object.fromEntries(changed) }),
  );
}

async function certify(model: string, ...options: readonly string[]) {
  const words = ["certify", model, "--data", data, "--samples", "1500", "--json", ...options];
  const { code, stdout, stderr } = await pfp(words);
  assert.is(stderr, "");
  return { code, certificate: JSON.parse(stdout) };
}

const of = (certificate: { layers: { name: string }[] }, layer: string) =>
  certificate.layers.find(({ name }) => name === layer) as never as Record<string, number>;

test("a linear network holds, and its layer is what the pass takes it for", async () => {
  const { code, certificate } = await certify(linear);
  assert.is(code, 0);
  assert.ok(certificate.verdict.holds);
  const layer = of(certificate, "out");
  assert.ok((layer.mean_error ?? 1) < 0.05, `mean error ${layer.mean_error}`);
  assert.ok(Math.abs((layer.var_ratio ?? 0) - 1) < 0.05, `variance ratio ${layer.var_ratio}`);
  assert.ok(Math.abs(layer.skewness ?? 1) < 0.1, `skewness ${layer.skewness}`);
  assert.ok(Math.abs(layer.excess_kurtosis ?? 1) < 0.2, `kurtosis ${layer.excess_kurtosis}`);
  assert.ok((layer.correlation ?? 1) < 0.05, `correlation ${layer.correlation}`);
  assert.ok(certificate.final.kl < 0.002, `${certificate.final.kl}`);
});

test("a layer whose units share what they read is found out, as is the assumption", async () => {
  const { code, certificate } = await certify(deep("shared", { spread: 4, shared: true }));
  assert.is(code, 1);
  assert.not.ok(certificate.verdict.holds);
  assert.ok((of(certificate, "second").correlation ?? 0) > 0.5);
  assert.ok((of(certificate, "out").var_ratio ?? 0) > 1.5);
  assert.match(
    certificate.verdict.reasons.join("\n"),
    /at out, where units are taken to be independent/,
  );
});

test("sds so large that nothing is Gaussian any more are found out", async () => {
  const { certificate: narrow } = await certify(deep("narrow", {}));
  const { code, certificate: wide } = await certify(deep("wide", { spread: 30, hidden: 3 }));
  assert.is(code, 1);
  assert.not.ok(wide.verdict.holds);
  const kurtosis = (certificate: typeof wide) => of(certificate, "out").excess_kurtosis ?? 0;
  assert.ok(kurtosis(wide) > 5 && kurtosis(narrow) < 1, `${kurtosis(wide)} ${kurtosis(narrow)}`);
  assert.match(wide.verdict.reasons.join("\n"), /wasserstein is/);
});

test("the parts of the error add up to it", async () => {
  const { certificate } = await certify(deep("parts", { spread: 2 }));
  const sum = certificate.sources.reduce((total: number, { kl }: { kl: number }) => total + kl, 0);
  assert.ok(Math.abs(sum - certificate.final.kl) < 1e-9);
});

test("thresholds are the user's", async () => {
  const { code } = await certify(linear, "--threshold", "kl=0.0000001");
  assert.is(code, 1);
  const words = ["certify", linear, "--data", data, "--threshold", "kk=1"];
  const { code: wrong, stderr } = await pfp(words);
  assert.is(wrong, 1);
  assert.match(stderr, /'kk' is none of mean_error, var_ratio, wasserstein, kl, epistemic_error/);
});

test("a certificate is of the weights that it was made for, and of their metadata", async () => {
  const path = join(folder, "certificate.json");
  const { certificate } = await certify(linear, "--out", path);
  assert.equal(JSON.parse(readFileSync(path, "utf8")), certificate);
  const verify = (model: string) => pfp(["certify", model, "--verify", path]);
  const same = await verify(linear);
  assert.is(same.code, 0, same.stderr);
  assert.match(same.stdout, "the pass stands for sampling");

  const bytes = readFileSync(linear);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 4) ^ 1, bytes.length - 4);
  const weights = await verify(write("other-weights.safetensors", bytes));
  assert.is(weights.code, 1);
  assert.match(weights.stderr, /its weights are not what .* certifies: weights_sha256/);

  const text = readFileSync(linear).toString("latin1").replace("linear", "Linear");
  const metadata = await verify(write("other-name.safetensors", Buffer.from(text, "latin1")));
  assert.is(metadata.code, 1);
  assert.match(metadata.stderr, /its metadata/);
  assert.not.match(metadata.stderr, /its weights/);

  const nonsense = await pfp(["certify", linear, "--verify", write("no.json", "{}")]);
  assert.is(nonsense.code, 1);
  assert.match(nonsense.stderr, /is no certificate of pfp/);
});

test.run();
