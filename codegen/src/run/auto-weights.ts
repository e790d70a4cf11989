import { defaults } from "../defaults.js";
import { counted, failure, type Result, success } from "../diagnostics.js";
import { classificationDrift, regressionDrift } from "../eval/drift.js";
import {
  boundsFor,
  DRIFT_MEASURES,
  type DriftMeasure,
  type GivenBound,
  isWithin,
  type Measures,
} from "../eval/drift-bounds.js";
import { WEIGHT_FORMATS, type WeightFormat } from "../ir/kernel-table.js";
import { AUTO, type AutoRequest } from "./auto-request.js";
import { type Image, readImages } from "./inputs/read-images.js";
import { type PreparedModel, prepareModel } from "./prepare.js";
import type { Classification, OutputForm, Prediction, Regression } from "./protocol.js";
import { runModel } from "./run-model.js";
import { findTargetBoard } from "./target-board.js";
import { missingTools } from "./tools.js";

/** A format that was measured. */
export interface Candidate {
  readonly weights: WeightFormat;
  /** Of the whole model on its target. */
  readonly weight_bytes: number;
  /** Against f32 of the same tier. */
  readonly drift: Measures;
  readonly within: boolean;
}

/** What `auto` took, and why. */
export interface WeightsChoice {
  readonly took: WeightFormat;
  /** How many inputs were measured on. */
  readonly inputs: number;
  readonly bounds: Measures;
  /** Smallest first. */
  readonly candidates: readonly Candidate[];
  /** Formats that the target cannot have, or this computer cannot measure. */
  readonly left_out: readonly { readonly weights: WeightFormat; readonly why: string }[];
  /** Why the choice may not hold in the field. */
  readonly warnings: readonly string[];
}

/** Fewer inputs show a drift by chance. */
const ENOUGH_INPUTS = 100;

export interface SettledWeights {
  readonly weights: WeightFormat;
  /** Present where they were left to a measurement. */
  readonly choice?: WeightsChoice;
}

/** Where drift is measured: formats give the same numbers everywhere. */
const HOST = "host";

/**
 * The format of weights of a request. `auto` is measured: the model is built for this computer in
 * every format that the target can have, and predicts the calibration inputs. The same files give
 * the same choice.
 *
 * @param onProgress told how many predictions are done
 */
export async function settleWeights(
  request: AutoRequest,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<Result<SettledWeights>> {
  const { weights, activations, calibration = [], mode, "max-drift": given = [] } = request;
  if (weights !== AUTO) {
    const needless = given.length > 0 ? "--max-drift" : "--calibration";
    return given.length > 0 || calibration.length > 0
      ? failure(problem(needless, "only --weights auto measures", "give --weights auto with it"))
      : success({ weights });
  }
  if (mode !== defaults.mode) {
    const what = `auto chooses for mode ${defaults.mode}, not for mode ${mode}`;
    return failure(problem("--weights", what, "name a format, or leave --weights out"));
  }
  if (activations === "f16") {
    const what = "with --activations f16 weights are halves, and there is nothing to choose";
    return failure(problem("--weights", what, "leave one of the two out"));
  }
  if (calibration.length === 0) {
    const hint = "give some hundred inputs as they come in the field: --calibration FILE...";
    return failure(problem("--calibration", "--weights auto measures on inputs of yours", hint));
  }
  const choice = await choose(request, calibration, given, onProgress);
  return choice.ok ? success({ weights: choice.value.took, choice: choice.value }) : choice;
}

function problem(path: string, message: string, hint: string) {
  return { code: "usage", path, message, hint };
}

async function choose(
  request: AutoRequest,
  calibration: readonly string[],
  given: readonly GivenBound[],
  onProgress: (done: number, of: number) => void,
): Promise<Result<WeightsChoice>> {
  const target = await findTargetBoard(request.target, request.board);
  if (!target.ok) {
    return target;
  }
  const reference = await prepareHere(request, "f32");
  if (!reference.ok) {
    return reference;
  }
  const { board, generation } = reference.value;
  const { model } = generation;
  const bounds = boundsFor(model.head, given);
  if (!bounds.ok) {
    return bounds;
  }
  const images = await readImages(calibration, model.input, { start: 0 });
  if (!images.ok) {
    return images;
  }
  const [missing] = missingTools(board);
  if (missing !== undefined) {
    const message = `${missing.message}, and --weights auto builds and runs the model here`;
    return failure({ ...missing, path: "--weights", message });
  }
  const { formats, leftOut } = await possibleFormats(request, reference.value);
  const others = formats.filter(({ weights }) => weights !== "f32");
  const all = (1 + others.length) * images.value.length;
  const predict = (prepared: PreparedModel, before: number) =>
    predictHere(prepared, images.value, (done) =>
      onProgress(before * images.value.length + done, all),
    );
  const expected = await predict(reference.value, 0);
  if (!expected.ok) {
    return expected;
  }
  const candidates: Candidate[] = [];
  for (const { weights, weight_bytes, here } of formats) {
    const before = 1 + candidates.filter((one) => one.weights !== "f32").length;
    const found = weights === "f32" ? expected : await predict(here, before);
    if (!found.ok) {
      return found;
    }
    const drift = driftOf(model, found.value, expected.value);
    candidates.push({ weights, weight_bytes, drift, within: isWithin(drift, bounds.value) });
  }
  const took = candidates.find(({ within }) => within)?.weights;
  return took === undefined
    ? failure(noneWithin(candidates, leftOut))
    : success({
        took,
        inputs: images.value.length,
        bounds: bounds.value,
        candidates,
        left_out: leftOut,
        warnings: warningsOf(images.value.length),
      });
}

function warningsOf(inputs: number): string[] {
  return inputs >= ENOUGH_INPUTS
    ? []
    : [
        `drift over ${counted(inputs, "input")} may be chance: give --calibration at least ${ENOUGH_INPUTS}, as they come in the field`,
      ];
}

interface PossibleFormat {
  readonly weights: WeightFormat;
  readonly weight_bytes: number;
  readonly here: PreparedModel;
}

/** The formats that the target can have and this computer measure, smallest model first. */
async function possibleFormats(request: AutoRequest, reference: PreparedModel) {
  const formats: PossibleFormat[] = [];
  const leftOut: WeightsChoice["left_out"][number][] = [];
  for (const weights of WEIGHT_FORMATS) {
    const there = await prepareModel({ ...request, weights });
    const here = weights === "f32" ? success(reference) : await prepareHere(request, weights);
    const [first] = [there, here].flatMap((one) => (one.ok ? [] : one.diagnostics));
    if (there.ok && here.ok) {
      const { weight_bytes } = there.value.generation.report;
      formats.push({ weights, weight_bytes, here: here.value });
    } else {
      leftOut.push({ weights, why: `${first?.path}: ${first?.message}` });
    }
  }
  // The sort is stable: of two of a size, the one that is nearer to f32 comes first.
  formats.sort((a, b) => a.weight_bytes - b.weight_bytes);
  return { formats, leftOut };
}

/** The model of a request for this computer and the runner. */
function prepareHere({ model, tier, points, mode }: AutoRequest, weights: WeightFormat) {
  return prepareModel({ ...defaults, model, target: HOST, tier, points, mode, weights });
}

async function predictHere(
  { generation, board }: PreparedModel,
  images: readonly Image[],
  onProgress: (done: number) => void,
): Promise<Result<readonly Prediction[]>> {
  const result = await runModel(generation, board, images, { onProgress });
  return result.ok ? success(result.value.predictions) : result;
}

function driftOf(
  { head }: OutputForm,
  answers: readonly Prediction[],
  reference: readonly Prediction[],
): Measures {
  const drift: Measures =
    head === "classification"
      ? classificationDrift(answers as Classification[], reference as Classification[])
      : regressionDrift(answers as Regression[], reference as Regression[]);
  const measures: readonly DriftMeasure[] = DRIFT_MEASURES[head];
  return Object.fromEntries(measures.map((measure) => [measure, drift[measure]]));
}

function noneWithin(candidates: readonly Candidate[], leftOut: WeightsChoice["left_out"]) {
  const measured = candidates.map(
    ({ weights, drift }) =>
      `${weights} (${Object.entries(drift)
        .map(([measure, value]) => `${measure} ${value.toPrecision(2)}`)
        .join(", ")})`,
  );
  const others = leftOut.map(({ weights, why }) => `${weights}: ${why}`);
  return {
    code: "no-format-within-bounds",
    path: "--weights",
    message: `no format stays within the bounds: ${[...measured, ...others].join("; ")}`,
    hint: "raise the bounds with --max-drift, or choose another board",
  };
}
