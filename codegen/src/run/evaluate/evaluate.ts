import { defaults } from "../../defaults.js";
import { type Diagnostic, failure, type Result, success } from "../../diagnostics.js";
import type { BootstrapOptions } from "../../eval/bootstrap.js";
import type { Graph } from "../../ir/graph.js";
import type { KernelOptions } from "../../ir/kernel-table.js";
import { readGraph } from "../evaluator/read-graph.js";
import { type DataSet, readDataSet, thinned, truthOf } from "../inputs/data-set.js";
import type { Image } from "../inputs/image.js";
import { readImages } from "../inputs/read-images.js";
import { type PreparedModel, prepareModel } from "../prepare.js";
import { type Candidate, figuresOf, type HeadEvaluation } from "./figures.js";
import { missingSd } from "./missing-sd.js";
import { type Answers, predictAnswers } from "./predict-answers.js";
import { sampleAnswers } from "./sample-answers.js";
import { SHIFT_RUNS, type ShiftPoint, shiftCurve } from "./shift-curve.js";
import { slice } from "./split-answers.js";

export interface EvaluateRequest extends KernelOptions {
  /** Path of the posterior file. */
  readonly model: string;
  readonly target: string;
  readonly board?: string;
  readonly points: number;
  /** Leaves out the calibration that the file holds. */
  readonly "no-calibration"?: boolean;
  /** Path of a .npz file with x, y and perhaps soft. */
  readonly data: string;
  /** Files of inputs unlike those the network was trained on. */
  readonly ood?: readonly string[];
  /** Draws of the sampled predictive that divergences are from. */
  readonly against?: number;
  /** Numbers of draws of the sampled twins. */
  readonly samples?: readonly number[];
  readonly shift: boolean;
  /** Resamples of the intervals; 0: no intervals. */
  readonly bootstrap: number;
  readonly seed: number;
  /** Most inputs of each data set. */
  readonly limit?: number;
}

/** What `pfp eval` says. */
export type Evaluation = {
  readonly graph: string;
  readonly target: string;
  readonly board: string;
  /** Of `of`, taken at equal distances. */
  readonly inputs: number;
  readonly of: number;
  readonly out_of_domain?: number;
  readonly resamples: number;
  readonly seed: number;
  /** Of all intervals. */
  readonly level: number;
  readonly against?: { readonly samples: number; readonly seed: number };
  /** Of classifications of images, with --shift. */
  readonly shift?: readonly ShiftPoint[];
} & HeadEvaluation;

/** An evaluation, and the first model's answers for plots of them. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly inDomain: Answers;
  readonly outOfDomain?: Answers;
}

/** Told what is being done, and how much of it is. */
export type EvaluateProgress = (what: string, done: number, of: number) => void;

/** Numbers of draws at which twins are compared, where the user says nothing. */
export const TWINS: readonly number[] = [1, 10, 30, 100, 300, 1000];

/** The level of all intervals. */
const LEVEL = 0.95;

/** Inputs that are shifted: enough for curves, as each runs once a severity. */
const MOST_SHIFTED = 2000;

const PASS = "one pass";

/**
 * Runs a model on its target over data whose truth is known and computes all figures, those of its
 * sampled twins beside them, which draw the weights as trained.
 */
export async function evaluateModel(
  request: EvaluateRequest,
  onProgress: EvaluateProgress,
): Promise<Result<Evaluated>> {
  const { samples: _, ...network } = request;
  const prepared = await prepareModel({ ...defaults, ...network });
  if (!prepared.ok) {
    return prepared;
  }
  const graph = await readGraph(request.model, false);
  if (!graph.ok) {
    return graph;
  }
  const { model } = prepared.value.generation;
  const data = await readDataSet(request.data, model);
  if (!data.ok) {
    return data;
  }
  const ood = await readOutOfDomain(request, prepared.value);
  if (!ood.ok) {
    return ood;
  }
  const problems = refuse(request, graph.value);
  if (problems.length > 0) {
    return failure(...problems);
  }
  const used = thinned(data.value, request.limit ?? data.value.images.length);
  const images = [...used.images, ...ood.value];
  const pass = await predictAnswers(prepared.value, images, (done) =>
    onProgress("predictions", done, images.length),
  );
  if (!pass.ok) {
    return pass;
  }
  const sampled = await sample(request, graph.value, images, onProgress);
  if (!sampled.ok) {
    return sampled;
  }
  const { twins, reference } = sampled.value;
  const own = { name: PASS, answers: pass.value };
  const options: BootstrapOptions = {
    ...{ resamples: request.bootstrap, seed: request.seed, level: LEVEL },
    progress: (done, of) => onProgress("resamples", done, of),
  };
  const inputs = used.images.length;
  const body = figuresOf(own, twins, { data: used, labels: model.labels, reference, options });
  const shift = await shiftOf(request, prepared.value, used, options, onProgress);
  if (!shift.ok) {
    return shift;
  }
  const { report } = prepared.value.generation;
  const evaluation: Evaluation = {
    ...{ graph: report.graph, target: report.target, board: prepared.value.board.name },
    ...{ inputs, of: data.value.images.length },
    ...(ood.value.length > 0 ? { out_of_domain: ood.value.length } : {}),
    ...{ resamples: request.bootstrap, seed: request.seed, level: LEVEL },
    ...(request.against === undefined
      ? {}
      : { against: { samples: request.against, seed: referenceSeed(request.seed) } }),
    ...body,
    ...(shift.value === undefined ? {} : { shift: shift.value }),
  };
  return success({
    evaluation,
    inDomain: slice(pass.value, 0, inputs),
    ...(ood.value.length > 0 ? { outOfDomain: slice(pass.value, inputs, images.length) } : {}),
  });
}

async function readOutOfDomain(
  { ood = [], limit }: EvaluateRequest,
  { generation }: PreparedModel,
): Promise<Result<Image[]>> {
  if (ood.length === 0) {
    return success([]);
  }
  const images = await readImages(ood, generation.model.input, { start: 0 });
  return images.ok ? success(evenly(images.value, limit ?? images.value.length)) : images;
}

function evenly<T>(items: readonly T[], count: number): T[] {
  const taken = Math.min(count, items.length);
  return Array.from(
    { length: taken },
    (_, i) => items[Math.floor((i * items.length) / taken)] as T,
  );
}

/** What cannot be evaluated of a model. */
function refuse({ model, shift }: EvaluateRequest, graph: Graph): Diagnostic[] {
  const problems = missingSd(model, graph);
  if (shift && (graph.input.shape.length !== 3 || graph.head.kind !== "classification")) {
    problems.push({
      code: "no-images",
      path: "--shift",
      message: "only a classification of images [channels, height, width] can be shifted",
      hint: "leave --shift out",
    });
  }
  return problems;
}

/** Draws of the reference and of the twins never meet. */
function referenceSeed(seed: number): number {
  return 2 * seed - 1;
}

async function sample(
  { against, samples, seed }: EvaluateRequest,
  graph: Graph,
  images: readonly Image[],
  onProgress: EvaluateProgress,
): Promise<Result<{ twins: Candidate[]; reference?: Candidate }>> {
  const checkpoints = samples ?? (against === undefined ? [] : TWINS);
  const draws = { twins: checkpoints.at(-1) ?? 0, reference: against ?? 0 };
  const all = draws.twins + draws.reference;
  const run = async (points: readonly number[], ownSeed: number, before: number) => {
    const sampled = await sampleAnswers(graph, images, {
      ...{ checkpoints: points, seed: ownSeed },
      onProgress: (done) => onProgress("draws", before + done, all),
    });
    return sampled.ok
      ? success(sampled.value.map(({ samples: n, answers }) => ({ name: `svi:${n}`, answers })))
      : sampled;
  };
  const twins = checkpoints.length > 0 ? await run(checkpoints, 2 * seed, 0) : success([]);
  if (!twins.ok) {
    return twins;
  }
  const reference =
    against === undefined ? success([]) : await run([against], referenceSeed(seed), draws.twins);
  if (!reference.ok) {
    return reference;
  }
  const [own] = reference.value;
  return success({
    twins: twins.value,
    ...(own === undefined ? {} : { reference: { ...own, name: `${own.name}, reference` } }),
  });
}

async function shiftOf(
  { shift }: EvaluateRequest,
  prepared: PreparedModel,
  data: DataSet,
  options: BootstrapOptions,
  onProgress: EvaluateProgress,
): Promise<Result<ShiftPoint[] | undefined>> {
  if (!shift || data.head !== "classification") {
    return success(undefined);
  }
  const some = thinned(data, MOST_SHIFTED);
  const truth = truthOf(some, prepared.generation.model.labels.length);
  const runs = SHIFT_RUNS * some.images.length;
  const quiet = { resamples: options.resamples, seed: options.seed, level: options.level };
  return shiftCurve(prepared, some.images, truth, quiet, (done) =>
    onProgress("shifted predictions", done, runs),
  );
}
