import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { defaults } from "../../defaults.js";
import { type Diagnostic, failure, inFile, type Result, success } from "../../diagnostics.js";
import { calibrationError, topForecasts } from "../../eval/calibration.js";
import { correctness } from "../../eval/class-scores.js";
import {
  type FittedCalibration,
  fitCalibration,
  noCalibration,
} from "../../eval/fit-calibration.js";
import { dealFolds } from "../../eval/folds.js";
import { changeGraph } from "../../import/change-graph.js";
import type { Calibration } from "../../ir/calibration.js";
import { type Graph, hasParameters, hasSd, type WeightedNode } from "../../ir/graph.js";
import { elements, shapesOf } from "../../ir/shapes.js";
import { applyCalibration } from "../../passes/apply-calibration.js";
import { type Predictions, predictAll } from "../evaluator/predict.js";
import { readGraph } from "../evaluator/read-graph.js";
import { type StoredInputs, withStoredInputs } from "../evaluator/stored-inputs.js";
import { type DataSet, readDataSet, truthOf } from "../inputs/data-set.js";
import { readModelFile } from "../model-file.js";
import { readToolVersion } from "../tool-version.js";
import { inputLosses } from "./losses.js";
import type { Objective } from "./objectives.js";

export interface CalibrateRequest {
  readonly model: string;
  readonly data: string;
  readonly objective: Objective;
  /** Draws of objective `svi`. */
  readonly samples: number;
  /** Parts of the cross-validation. */
  readonly folds: number;
  readonly seed: number;
}

/** Means over the data set: of a classification all, of a regression the loss alone. */
export interface CalibrationScores {
  /** The objective, in nats. */
  readonly loss: number;
  readonly accuracy?: number;
  readonly ece?: number;
}

export interface CalibrationReport {
  readonly objective: Objective;
  readonly inputs: number;
  readonly folds: number;
  readonly calibration: Calibration;
  /** As trained, without any calibration. */
  readonly before: CalibrationScores;
  /** Each input calibrated by what was fitted to the other folds. */
  readonly held_out: CalibrationScores;
  /** Calibrated by what was fitted to all inputs. */
  readonly after: CalibrationScores;
  /** Of the mean loss held out minus before, and its standard error. */
  readonly gain: { readonly mean: number; readonly standard_error: number };
}

export interface CalibratedModel {
  readonly report: CalibrationReport;
  /** The posterior file with its calibration. */
  readonly file: Uint8Array;
}

/** Told what is being done: draws of the reference, then fits. */
export type CalibrationProgress = (what: "draws" | "fits", done: number, of: number) => void;

/** Least inputs for each number that is fitted: below, the fit follows chance. */
const INPUTS_PER_NUMBER = 50;

/**
 * Fits a factor on the variances of each layer and a temperature to data that the training has not
 * seen, and scores them by cross-validation.
 */
export async function calibrateModel(
  request: CalibrateRequest,
  onProgress: CalibrationProgress,
): Promise<Result<CalibratedModel>> {
  const read = await readGraph(request.model, false);
  if (!read.ok) {
    return read;
  }
  const graph = read.value;
  const { shape } = graph.input;
  const length = elements(shape);
  const outputs = elements(shapesOf(graph).get(graph.head.input) ?? []);
  const form = { head: graph.head.kind, outputs, input: { shape, length } };
  const data = await readDataSet(request.data, form);
  if (!data.ok) {
    return data;
  }
  const layers = graph.nodes.filter(hasParameters).filter(hasSd);
  const problems = refuse(request, graph, layers, data.value);
  if (problems.length > 0) {
    return failure(...problems);
  }
  const inputs = Float32Array.from(data.value.images.flatMap(({ values }) => [...values]));
  const report = await withStoredInputs(inputs, length, (stored) =>
    fitAll(graph, layers, data.value, stored, request, onProgress),
  );
  return report.ok ? success(await calibrated(request, report.value)) : report;
}

function refuse(
  { model, data, folds }: CalibrateRequest,
  { head }: Graph,
  layers: readonly WeightedNode[],
  { images }: DataSet,
): Diagnostic[] {
  if (layers.length === 0) {
    const problem = {
      code: "no-sd",
      path: "file",
      message: "no weight has a standard deviation, so there is no variance to calibrate",
      hint: "give a posterior, with a tensor LAYER.weight.sd for each layer",
    };
    return inFile(model, [problem]);
  }
  const numbers = layers.length + (head.kind === "classification" ? 1 : 0);
  const least = Math.max(numbers * INPUTS_PER_NUMBER, folds);
  return images.length >= least
    ? []
    : [
        {
          code: "too-few-inputs",
          path: data,
          message: `it has ${images.length} inputs, too few to fit ${numbers} numbers`,
          hint: `give at least ${least} that the training has not seen`,
        },
      ];
}

async function fitAll(
  graph: Graph,
  layers: readonly WeightedNode[],
  data: DataSet,
  stored: StoredInputs,
  { objective, samples, folds, seed }: CalibrateRequest,
  onProgress: CalibrationProgress,
): Promise<Result<CalibrationReport>> {
  const names = layers.map(({ name }) => name);
  const losses = await inputLosses(graph, data, stored, {
    ...{ objective, samples, seed },
    onProgress: (draws) => onProgress("draws", draws, samples),
  });
  if (!losses.ok) {
    return losses;
  }
  const predict = async (fitted: FittedCalibration): Promise<Predictions> => {
    const calibration = named(names, fitted);
    const applied = applyCalibration.run({ ...graph, calibration }, { calibrated: true });
    const options = { covariance: "last", points: defaults.points } as const;
    const predictions = applied.ok ? await predictAll(applied.value, stored, options) : applied;
    if (!predictions.ok) {
      throw new Error(JSON.stringify(predictions.diagnostics));
    }
    return predictions.value;
  };
  const fold = dealFolds(stored.count, folds, seed);
  const withTemperature = graph.head.kind === "classification";
  const fit = (start: FittedCalibration, isUsed: (input: number) => boolean) => {
    const used = [...fold.keys()].filter(isUsed);
    const loss = async (calibration: FittedCalibration) => {
      const all = losses.value(await predict(calibration));
      return used.reduce((sum, input) => sum + (all[input] ?? Number.NaN), 0) / used.length;
    };
    return fitCalibration(loss, { inputs: used.length, withTemperature, start });
  };
  onProgress("fits", 0, folds + 1);
  const untouched = await predict(noCalibration(names.length));
  const fitted = await fit(noCalibration(names.length), () => true);
  onProgress("fits", 1, folds + 1);
  const parts: Predictions[] = [];
  for (let out = 0; out < folds; out++) {
    parts.push(await predict(await fit(fitted, (input) => fold[input] !== out)));
    onProgress("fits", out + 2, folds + 1);
  }
  const heldOut = gather(parts, fold);
  const score = (predictions: Predictions) => scores(predictions, data, losses.value);
  return success({
    ...{ objective, inputs: stored.count, folds, calibration: named(names, fitted) },
    before: score(untouched),
    held_out: score(heldOut),
    after: score(await predict(fitted)),
    gain: meanDifference(losses.value(heldOut), losses.value(untouched)),
  });
}

function named(names: readonly string[], { factors, temperature }: FittedCalibration): Calibration {
  const entries = names.map((name, i) => [name, factors[i] ?? 1]);
  return { factors: Object.fromEntries(entries), temperature };
}

/** For each input the predictions of the part that `fold` names. */
function gather(parts: readonly Predictions[], fold: Uint32Array): Predictions {
  const rows = (of: (predictions: Predictions) => Float32Array) => {
    const arrays = parts.map(of);
    const length = arrays[0]?.length ?? 0;
    const width = length / fold.length;
    return Float32Array.from(
      { length },
      (_, i) => arrays[fold[Math.floor(i / width)] ?? 0]?.[i] ?? Number.NaN,
    );
  };
  return {
    mean: rows(({ mean }) => mean),
    var: rows((predictions) => predictions.var),
    cov: rows(({ cov }) => cov),
    probability: rows(({ probability }) => probability),
    aleatoric: rows(({ aleatoric }) => aleatoric),
  };
}

function scores(
  predictions: Predictions,
  data: DataSet,
  losses: (predictions: Predictions) => Float64Array,
): CalibrationScores {
  const loss = mean(losses(predictions));
  if (data.head === "regression") {
    return { loss };
  }
  const probability = Float64Array.from(predictions.probability);
  const classes = probability.length / data.images.length;
  const truth = truthOf(data, classes);
  return {
    loss,
    accuracy: mean(correctness(probability, truth, classes)),
    ece: calibrationError(topForecasts(probability, truth, classes)),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanDifference(a: Float64Array, b: Float64Array) {
  const differences = a.map((value, i) => value - (b[i] ?? Number.NaN));
  const average = mean(differences);
  const variance = mean(differences.map((value) => (value - average) ** 2));
  return { mean: average, standard_error: Math.sqrt(variance / differences.length) };
}

/** The posterior file with its calibration and where that comes from. */
async function calibrated(
  { model, data, objective, samples, folds, seed }: CalibrateRequest,
  report: CalibrationReport,
): Promise<CalibratedModel> {
  const original = await readModelFile(model);
  if (!original.ok) {
    throw new Error(`${model} is gone`);
  }
  const provenance = {
    tool_version: await readToolVersion(),
    data_sha256: createHash("sha256")
      .update(await readFile(data))
      .digest("hex"),
    ...{ inputs: report.inputs, objective, folds, seed },
    ...(objective === "svi" ? { samples } : {}),
  };
  // A decision holds for the calibration that it was found with.
  const file = changeGraph(original.value, ({ decision: _, ...graph }) => ({
    ...graph,
    calibration: { ...report.calibration, provenance },
  }));
  return { report, file };
}
