/**
 * Twelve images through the Bayesian LeNet-5 on the host, and on Cortex-A53 and Cortex-M55 under
 * QEMU: what it sees, how sure it is, and what that costs.
 *
 *   make demo
 */
import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";

import { picture } from "../../codegen/src/cli/picture.js";
import type { Result } from "../../codegen/src/diagnostics.js";
import { largestDifference } from "../../codegen/src/eval/difference.js";
import { defaults } from "../../codegen/src/generate.js";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { prepareModel } from "../../codegen/src/run/prepare.js";
import type { Classification } from "../../codegen/src/run/protocol.js";
import { runModel } from "../../codegen/src/run/run-model.js";
import { targets } from "../../codegen/src/target/targets.js";
import { groupMeans } from "./groups.js";

const here = (path: string) => relative(".", fileURLToPath(new URL(path, import.meta.url)));
const folder = here("images");
const model = here("../../models/lenet5.safetensors");
/** Without colours and, where no pictures need them, without lines between rows. */
const plain = {
  style: { head: [], border: [] },
  ...(process.stdout.isTTY
    ? {}
    : { chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" } }),
};

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) {
    for (const { path, message, hint } of result.diagnostics) {
      console.error(`error: ${path}: ${message}\nhint: ${hint}`);
    }
    process.exit(1);
  }
  return result.value;
}

async function runOn(target: string) {
  const { generation, board } = unwrap(await prepareModel({ ...defaults, model, target }));
  const images = unwrap(await readImages([folder], generation.model.input, { start: 0 }));
  const result = unwrap(await runModel(generation, board, images, { countInstructions: true }));
  return {
    target,
    board: board.name,
    images,
    labels: generation.model.labels,
    arenaBytes: generation.report.arena_bytes,
    predictions: result.predictions as readonly Classification[],
    instructions: result.instructions,
    footprint: result.footprint,
  };
}

type Run = Awaited<ReturnType<typeof runOn>>;

/** A bar of up to ten blocks for 0 to ln(10) nats, with the number. */
function bar(nats: number): string {
  const length = Math.round((nats / Math.log(10)) * 10);
  return `${nats.toFixed(2)} ${"█".repeat(length).padEnd(10)}`;
}

function answersTable({ images, predictions, labels }: Run): string {
  const pictures = process.stdout.isTTY;
  const table = new Table({
    ...plain,
    head: [
      ...["image", ...(pictures ? [""] : [])],
      ...["prediction", "probability", "aleatoric", "epistemic"],
    ],
  });
  images.forEach((image, i) => {
    const answer = predictions[i] as Classification;
    table.push([
      basename(image.name, ".png"),
      ...(pictures ? [picture(image.values, 28, 28)] : []),
      labels[answer.label] ?? "",
      (answer.probability[answer.label] ?? 0).toFixed(2),
      bar(answer.aleatoric),
      bar(answer.epistemic),
    ]);
  });
  return table.toString();
}

function groupsTable({ images, predictions }: Run): string {
  const table = new Table({ ...plain, head: ["mean of", "aleatoric", "epistemic"] });
  const names = images.map(({ name }) => name);
  for (const { group, count, aleatoric, epistemic } of groupMeans(names, predictions)) {
    table.push([`${count} x ${group}`, bar(aleatoric), bar(epistemic)]);
  }
  return table.toString();
}

function costTable(runs: readonly Run[]): string {
  const table = new Table({
    ...plain,
    head: ["target", "board", "instructions", "weights", "code", "arena"],
    colAligns: ["left", "left", "right", "right", "right", "right"],
  });
  for (const { target, board, instructions, footprint, arenaBytes } of runs) {
    const counted =
      instructions && Math.round(instructions.total / instructions.calls).toLocaleString("en");
    const bytes = [footprint.weight_bytes, footprint.code_bytes, arenaBytes];
    const kilobytes = bytes.map((count) => `${(count / 1000).toFixed(1)} kB`);
    table.push([target, board, counted ?? "not counted", ...kilobytes]);
  }
  return table.toString();
}

function differenceLine(runs: readonly Run[]): string {
  const [reference, ...others] = runs as [Run, ...Run[]];
  const differences = others.map((run) =>
    largestDifference(run.predictions, reference.predictions),
  );
  const largest = (key: keyof (typeof differences)[number]) =>
    Math.max(...differences.map((difference) => difference[key])).toExponential(1);
  return (
    `Largest difference between targets: mean ${largest("mean_in_sd")} sd, ` +
    `variance ${largest("var_relative")} of it, probability ${largest("probability")}, ` +
    `uncertainty ${largest("nats")} nats.`
  );
}

const runs: Run[] = [];
for (const { name } of targets) {
  console.log(`Running ${model} on ${name} ...`);
  runs.push(await runOn(name));
}
const [host] = runs as [Run, ...Run[]];

console.log(`
A Bayesian LeNet-5, trained on digits only, one pass an image. Uncertainty in nats, at most 2.30:
aleatoric says that the image is ambiguous, epistemic that the network has seen nothing like it.
`);
console.log(answersTable(host));
console.log(groupsTable(host));
console.log(`\nWhat an inference costs (instructions as QEMU executes them):`);
console.log(costTable(runs));
console.log(differenceLine(runs));
