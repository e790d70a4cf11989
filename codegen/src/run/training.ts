import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { exists } from "./files.js";
import { resources } from "./resources.js";

/** What the training program takes besides --resume and --keep-checkpoint: a value each. */
export const TRAINING_OPTIONS = {
  data: "what to train on: .npz with x and y",
  validation: "what to score each epoch on: .npz with x and y",
  graph: "mlp, lenet5, or a graph as JSON",
  objective: "svi: by draws, pfp: by the one pass itself, ivon: by natural gradients",
  out: "the posterior file to write, .safetensors; its report and curves beside it",
  "checkpoint-every": "steps between checkpoints, besides those after each epoch",
  seed: "of shuffling, initial weights and draws",
  epochs: "times that the data are gone through",
  batch: "inputs of a step",
  "learning-rate": "step of the means at the start",
  "sd-learning-rate": "step of the standard deviations at the start",
  schedule: "how the steps fall: cosine, linear or constant",
  warmup: "epochs over which the steps rise",
  "prior-sd": "standard deviation of a weight before any data",
  "initial-sd": "standard deviation of a weight where training starts",
  "kl-weight": "weight of the divergence from the prior; below 1 the posterior is narrower",
  "kl-warmup": "epochs over which that weight rises",
  ambiguous: "share of an epoch for inputs whose labels differ, by repeating them",
  blends: "share of a batch that is blends of two inputs",
  shift: "pixels that an image moves by at most",
  part: "inputs that are computed together; a batch is a multiple of it",
  points: "pfp: normal points that the likelihood is averaged over",
  momentum: "ivon: decay of the mean of gradients",
  "hessian-momentum": "ivon: decay of the mean of curvatures",
} as const;

export type TrainingRequest = {
  readonly [name in keyof typeof TRAINING_OPTIONS]?: string;
} & {
  readonly out: string;
  readonly resume: boolean;
  readonly "keep-checkpoint": boolean;
};

/** How a training ended. */
export interface Training {
  /** Of the program; 128 and more: ended by a signal, with a checkpoint. */
  readonly exitCode: number;
  /** What it complained of. */
  readonly problems: readonly Diagnostic[];
  /** MODEL.json, where it has written one. */
  readonly report?: unknown;
}

/**
 * Runs the training program in train/.venv, or by the Python that PFP_PYTHON names.
 *
 * Signals go on to it, so that it leaves a checkpoint.
 *
 * @param onLine takes what it prints about its progress
 * @param ownsTerminal whether its progress bar and complaints go to this process's standard error
 */
export async function runTraining(
  request: TrainingRequest,
  onLine: (text: string) => void,
  ownsTerminal: boolean,
): Promise<Result<Training>> {
  const python = process.env.PFP_PYTHON ?? join(resources.training, ".venv/bin/python");
  if (!(await exists(python))) {
    return failure(missing(python));
  }
  const child = spawn(python, ["-m", "pfp_train.train", ...words(request)], {
    stdio: ["ignore", "pipe", ownsTerminal ? "inherit" : "pipe"],
    env: { ...process.env, PYTHONPATH: resources.training },
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  let complaints = "";
  child.stdout?.setEncoding("utf8").on("data", onLine);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  }).finally(() => process.off("SIGINT", forward).off("SIGTERM", forward));
  if (exitCode !== 0) {
    return success({ exitCode, problems: ownsTerminal ? [] : asProblems(complaints) });
  }
  const report = await readFile(request.out.replace(/\.safetensors$/, ".json"), "utf8");
  return success({ exitCode, problems: [], report: JSON.parse(report) });
}

function words(request: TrainingRequest): string[] {
  const flags = (["resume", "keep-checkpoint"] as const).filter((name) => request[name]);
  const names = Object.keys(TRAINING_OPTIONS) as (keyof typeof TRAINING_OPTIONS)[];
  // By =, so that a value may begin with a dash.
  const values = names.flatMap((name) => {
    const value = request[name];
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  return [...values, ...flags.map((name) => `--${name}`)];
}

function missing(python: string): Diagnostic {
  return {
    code: "missing-tool",
    path: python,
    message: "there is no Python with what training needs",
    hint: `make -C ${resources.training} venv, or let PFP_PYTHON name a Python that has the packages of ${join(resources.training, "requirements.txt")}`,
  };
}

/** The program's complaints: pairs of lines where it knows what is wrong, else all it said. */
function asProblems(text: string): Diagnostic[] {
  const known = [...text.matchAll(/^(?:\S+: )?error: (.+?): (.*)(?:\nhint: (.*))?$/gm)];
  if (known.length === 0) {
    const hint = "see the message";
    return [{ code: "training", path: "pfp train", message: text.trim(), hint }];
  }
  return known.map(([, path = "", message = "", hint = "see pfp train --help"]) => ({
    ...{ code: "training", path, message, hint },
  }));
}
