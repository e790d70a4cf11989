/**
 * Every layer of the committed LeNet-5, fed with the Gaussian that the pass itself made before it,
 * against Monte-Carlo. For linear layers the moments are exact, so each statistic below is zero but
 * for the noise of the draws, which batches measure. A statistic weighs units by how much one term
 * of the formula matters there, so that leaving this term out shows best. Mutants leave a term out of
 * the claimed moments, and then out of the C kernels. Layers that the generator makes of several
 * are kept apart for this, and then compared with the fused ones.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { clarkMoments, type PoolMistake } from "./support/clark.js";
import { evenInput, evenPosterior } from "./support/even-network.js";
import { type TracedLayer, traceFused, traceLayers } from "./support/layers.js";
import { linearTerms } from "./support/linear-terms.js";
import { type Batch, drawLayer } from "./support/monte-carlo.js";
import { compileMutant, linearMutants, poolMutants } from "./support/mutants.js";
import { MNIST, unwrap } from "./support/predict.js";
import { temporaryFolder } from "./support/temporary.js";

const DRAWS = { batches: 40, perBatch: 250, seed: 1 };
/** In standard errors, from 40 batches: about one false alarm in 10^5 statistics. */
const ALARM = 5;

/** Student's t of sum_unit weight * batch value against zero, over batches. */
function tStatistic(weights: Float64Array, batches: readonly Float64Array[]): number {
  const sums = batches.map((values) =>
    values.reduce((sum, value, unit) => sum + value * (weights[unit] ?? Number.NaN), 0),
  );
  const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
  const square = sums.reduce((a, b) => a + (b - mean) ** 2, 0) / (sums.length - 1);
  return mean / Math.sqrt(square / sums.length);
}

/** Terms so small in some layers of a trained network that no affordable number of draws sees them. */
const SMALL_WHEN_TRAINED = ["v*vw", "vb"];

interface Claim {
  /** What is left out of the formula, or of its statistic when nothing is. */
  readonly name: string;
  readonly term: Float64Array;
  readonly of: "mean" | "var";
}

/** The terms that a linear layer has; an exact input has no variance. */
function termsOf(layer: TracedLayer): Claim[] {
  if (layer.kind !== "linear") {
    return [];
  }
  const terms = linearTerms(layer);
  const claims: Claim[] = [
    { name: "v*mw^2", term: terms.inputVariance, of: "var" },
    { name: "m^2*vw", term: terms.weightVariance, of: "var" },
    { name: "v*vw", term: terms.bothVariances, of: "var" },
    { name: "vb", term: terms.biasVariance, of: "var" },
    { name: "mean bias", term: terms.biasMean, of: "mean" },
  ];
  return claims.filter(({ term }) => term.some((value) => value !== 0));
}

/** t of "the layer's moments are right" and of "they are right without this term". */
function judge(layer: TracedLayer, batches: readonly Batch[], { term, of }: Claim) {
  const weights = term.map((value, unit) => {
    const variance = layer.out.var[unit] ?? Number.NaN;
    return variance > 0 ? value / (of === "mean" ? variance : variance * variance) : 0;
  });
  const values = (missing: number) =>
    batches.map(({ offset, square }) =>
      of === "mean"
        ? offset.map((x, unit) => x + missing * (term[unit] ?? Number.NaN))
        : square.map(
            (x, unit) =>
              x - (layer.out.var[unit] ?? Number.NaN) + missing * (term[unit] ?? Number.NaN),
          ),
    );
  return { claimed: tStatistic(weights, values(0)), mutant: tStatistic(weights, values(1)) };
}

/** A posterior file, the image it is traced with, and every layer with its draws. */
function draw(path: string, image: Float32Array) {
  const layers = traceLayers(path, image);
  return layers.map((layer) => ({ layer, batches: drawLayer(layer, DRAWS) }));
}

const [digit] = unwrap(
  await readImages([MNIST.images], { shape: [1, 28, 28], length: 784 }, { start: 0, count: 1 }),
);
const digitValues = digit?.values ?? new Float32Array();
const lenet5 = draw("models/lenet5.safetensors", digitValues);
const evenFile = join(temporaryFolder(), "even.safetensors");
writeFileSync(evenFile, evenPosterior());
const even = draw(evenFile, evenInput());

test("all layers were traced", () => {
  assert.equal(
    lenet5.map(({ layer }) => layer.name),
    ["conv1", "pool1+relu1", "conv2", "pool2+relu2", "fc1", "relu3", "fc2", "relu4", "fc3"],
  );
});

for (const [network, path, image, fused] of [
  ["lenet5", "models/lenet5.safetensors", digitValues, ["conv1+pool1+relu1", "conv2+pool2+relu2"]],
  ["even", evenFile, evenInput(), ["conv2+pool+relu"]],
] as const) {
  test(`${network}: fused layers give what their parts give`, () => {
    const apart = traceLayers(path, image);
    const whole = traceFused(path, image);
    assert.equal(
      [...whole.keys()].filter((name) => name.startsWith("conv") && name.includes("+")),
      fused,
    );
    for (const [name, out] of whole) {
      const last = name.slice(name.lastIndexOf("+") + 1);
      assert.equal(out, apart.find((layer) => layer.name.split("+").includes(last))?.out, name);
    }
  });
}

for (const [network, drawn] of Object.entries({ lenet5, even })) {
  for (const { layer, batches } of drawn.filter(({ layer }) => layer.kind === "linear")) {
    test(`${network}, ${layer.name}: mean and variance are those of the drawn layer`, () => {
      for (const claim of termsOf(layer)) {
        const { claimed } = judge(layer, batches, claim);
        assert.ok(Math.abs(claimed) < ALARM, `${claim.name}: t = ${claimed}`);
      }
    });
  }
}

for (const mutant of ["v*mw^2", "m^2*vw", "v*vw", "vb", "mean bias"]) {
  const noticed = (drawn: typeof even) =>
    drawn.flatMap(({ layer, batches }) => {
      const claim = termsOf(layer).find(({ name }) => name === mutant);
      return claim === undefined
        ? []
        : [{ layer: layer.name, t: Math.abs(judge(layer, batches, claim).mutant) }];
    });

  test(`without ${mutant}, the layer is found wrong`, () => {
    const inLenet5 = noticed(lenet5);
    const inEven = noticed(even);
    console.log(`figure: t without ${mutant}: ${JSON.stringify({ inLenet5, inEven })}`);
    const seen = inLenet5.filter(({ t }) => t > ALARM).length;
    assert.ok(
      seen >= (SMALL_WHEN_TRAINED.includes(mutant) ? 1 : inLenet5.length),
      `${seen} layers`,
    );
    assert.ok(inEven.length >= 2);
    for (const { layer, t } of inEven) {
      assert.ok(t > ALARM, `${layer}: t = ${t}`);
    }
  });
}

/** Error of claimed moments against the drawn ones, pooled over units: signed, so noise cancels. */
function pooledErrors(
  layer: TracedLayer,
  batches: readonly Batch[],
  claim: { readonly mean: ArrayLike<number>; readonly var: ArrayLike<number> },
) {
  let [meanInSd, drawnVar, claimedVar] = [0, 0, 0];
  const units = layer.out.mean.length;
  for (let unit = 0; unit < units; unit++) {
    const average = (key: keyof Batch) =>
      batches.reduce((sum, batch) => sum + (batch[key][unit] ?? Number.NaN), 0) / batches.length;
    const offset = average("offset");
    const variance = average("square") - offset * offset;
    const error = (claim.mean[unit] ?? Number.NaN) - (layer.out.mean[unit] ?? Number.NaN) - offset;
    meanInSd += variance > 0 ? error / Math.sqrt(variance) : 0;
    drawnVar += variance;
    claimedVar += claim.var[unit] ?? Number.NaN;
  }
  return { meanInSd: Math.abs(meanInSd / units), varRatio: Math.abs(claimedVar / drawnVar - 1) };
}

for (const { layer, batches } of lenet5.filter(({ layer }) => layer.kind === "relu")) {
  test(`${layer.name}: mean and variance are those of the drawn layer`, () => {
    const variance = Float64Array.from(layer.out.var);
    const sd = variance.map(Math.sqrt);
    for (const [of, term] of [
      ["mean", sd],
      ["var", variance],
    ] as const) {
      const { claimed } = judge(layer, batches, { name: of, term, of });
      assert.ok(Math.abs(claimed) < ALARM, `${of}: t = ${claimed}`);
    }
  });
}

/** Clark's maximum is no exact one: more than it is off by, less than any mistake below costs. */
const POOL_BOUNDS = { meanInSd: 0.011, varRatio: 0.032 };

for (const { layer, batches } of lenet5.filter(({ layer }) => layer.kind === "maxpool_relu")) {
  test(`${layer.name}: mean and variance are near those of the drawn layer`, () => {
    const errors = pooledErrors(layer, batches, layer.out);
    console.log(`figure: ${layer.name}: ${JSON.stringify(errors)}`);
    assert.ok(errors.meanInSd < POOL_BOUNDS.meanInSd, `mean: ${errors.meanInSd} sd`);
    assert.ok(errors.varRatio < POOL_BOUNDS.varRatio, `variance: ${errors.varRatio}`);
  });
}

for (const { layer } of lenet5.filter(({ layer }) => layer.kind === "maxpool_relu")) {
  test(`${layer.name}: equals Clark's rule in double precision`, () => {
    const right = clarkMoments(layer);
    const scale = layer.in.var.reduce((most, value) => Math.max(most, value), 0);
    for (let unit = 0; unit < layer.out.mean.length; unit++) {
      const [m = 0, v = 0] = [right.mean[unit], right.var[unit]];
      const [mean = Number.NaN, variance = Number.NaN] = [
        layer.out.mean[unit],
        layer.out.var[unit],
      ];
      assert.ok(Math.abs(mean - m) <= 1e-5 * Math.sqrt(scale), `mean of unit ${unit}`);
      assert.ok(Math.abs(variance - v) <= 1e-5 * scale, `variance of unit ${unit}`);
    }
  });
}

for (const mistake of [
  "joins one value twice",
  "swaps the variances of a pair",
] as const satisfies readonly PoolMistake[]) {
  test(`pooling that ${mistake} is noticed`, () => {
    for (const { layer, batches } of lenet5.filter(({ layer }) => layer.kind === "maxpool_relu")) {
      const { meanInSd, varRatio } = pooledErrors(layer, batches, clarkMoments(layer, mistake));
      console.log(`figure: ${layer.name} that ${mistake}: ${meanInSd} sd, variance ${varRatio}`);
      assert.ok(meanInSd > POOL_BOUNDS.meanInSd || varRatio > POOL_BOUNDS.varRatio);
    }
  });
}

for (const mutant of linearMutants) {
  test(`a kernel without ${mutant.name} is found wrong`, () => {
    const layers = traceLayers(evenFile, evenInput(), compileMutant(mutant, "linear"));
    const alarms = layers.filter((layer) => {
      const batches = layer.kind === "linear" ? drawLayer(layer, DRAWS) : [];
      return termsOf(layer).some((claim) => Math.abs(judge(layer, batches, claim).claimed) > ALARM);
    });
    assert.ok(alarms.length > 0);
  });
}

for (const mutant of poolMutants) {
  test(`a kernel that ${mutant.name} is found wrong`, () => {
    const objects = compileMutant(mutant, "pool");
    const layers = traceLayers("models/lenet5.safetensors", digitValues, objects);
    for (const layer of layers.filter(({ kind }) => kind === "maxpool_relu")) {
      const { meanInSd, varRatio } = pooledErrors(layer, drawLayer(layer, DRAWS), layer.out);
      assert.ok(meanInSd > POOL_BOUNDS.meanInSd || varRatio > POOL_BOUNDS.varRatio, layer.name);
    }
  });
}

test.run();
