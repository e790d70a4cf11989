import { existsSync } from "node:fs";
import type { Report } from "../generate.js";
import type { AutoRequest } from "../run/auto-request.js";
import { readImages } from "../run/inputs/read-images.js";
import { type ModelRequest, prepareModel } from "../run/prepare.js";
import { resources } from "../run/resources.js";
import { type RunResult, runModel } from "../run/run-model.js";
import { fine, type Outcome, userError } from "./outcome.js";
import { predictionsAsJson, predictionsAsTable } from "./predictions.js";
import { startProgress } from "./progress.js";
import { withSettledWeights } from "./weights-choice.js";

/** The runner is written for this prefix of the C names. */
const MODEL_NAME = "model";

interface RunOptions {
  readonly input: readonly string[];
  readonly start: number;
  readonly count?: number;
  readonly json: boolean;
}

/** `pfp run`: predicts images on host, QEMU or board, and shows both uncertainties. */
export async function run(
  request: Omit<AutoRequest, "name" | "trace"> & RunOptions,
): Promise<Outcome> {
  const named = { ...request, name: MODEL_NAME, trace: false };
  return withSettledWeights(named, (weights) => runPrepared({ ...named, weights }));
}

async function runPrepared(options: ModelRequest & RunOptions): Promise<Outcome> {
  const prepared = await prepareModel(options);
  if (!prepared.ok) {
    return userError(prepared.diagnostics);
  }
  const { generation, board } = prepared.value;
  const images = await readImages(options.input, generation.model.input, options);
  if (!images.ok) {
    return userError(images.diagnostics);
  }
  const progress = startProgress(images.value.length, process.stderr);
  const result = await runModel(generation, board, images.value, {
    countInstructions: !options.json && existsSync(resources.plugin),
    onProgress: progress.update,
  }).finally(progress.stop);
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { model, report } = generation;
  const { predictions } = result.value;
  const answers = { model, images: images.value, predictions };
  const text = () => {
    const table = predictionsAsTable(answers, process.stdout.isTTY === true);
    return `${table}${costs(report, board.name, result.value)}\n`;
  };
  return fine(text, {
    model: report.graph,
    target: report.target,
    images: predictionsAsJson(predictions),
  });
}

/** One line on what a prediction takes. */
function costs(
  report: Report,
  board: string,
  { footprint, instructions, predictions }: RunResult,
): string {
  const parts = [
    `${report.weight_bytes} bytes of weights`,
    `${footprint.code_bytes} bytes of code`,
    `${report.arena_bytes} bytes of arena`,
  ];
  if (instructions !== undefined) {
    parts.push(`${Math.round(instructions.total / predictions.length)} instructions an image`);
  }
  return `${report.graph} on ${report.target} (${board}): ${parts.join(", ")}`;
}
