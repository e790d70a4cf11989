import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { defaults } from "../../defaults.js";
import { failure, type Result, success } from "../../diagnostics.js";
import { predictedClasses } from "../../eval/class-scores.js";
import { type Decided, decide, type KnownAnswer } from "../../eval/decide.js";
import { changeGraph } from "../../import/change-graph.js";
import type { KernelOptions } from "../../ir/kernel-table.js";
import { missingSd } from "../evaluate/missing-sd.js";
import { type Answers, predictAnswers } from "../evaluate/predict-answers.js";
import { readGraph } from "../evaluator/read-graph.js";
import { type DataSet, readDataSet } from "../inputs/data-set.js";
import { type Image, readImages } from "../inputs/read-images.js";
import { readModelFile } from "../model-file.js";
import { prepareModel } from "../prepare.js";
import { readToolVersion } from "../tool-version.js";

export interface DecideRequest extends KernelOptions {
  /** Path of the posterior file. */
  readonly model: string;
  readonly target: string;
  readonly board?: string;
  readonly points: number;
  /** Path of a .npz file with x and y that neither training nor calibration has seen. */
  readonly data: string;
  /** Files of inputs unlike those the network was trained on. */
  readonly ood: readonly string[];
  readonly risk?: number;
  readonly coverage?: number;
  readonly "false-alarm"?: number;
  readonly confidence: number;
  readonly seed: number;
}

export interface DecidedModel extends Decided {
  readonly graph: string;
  /** The posterior file with its decision; the tensors are as they were. */
  readonly file: Uint8Array;
}

/** Of inputs in domain, where the user says nothing. */
export const FALSE_ALARM = 0.01;

/**
 * Finds thresholds on a model's uncertainties over data whose truth is known, and puts them into its
 * posterior file. The first label of each input counts.
 */
export async function decideModel(
  request: DecideRequest,
  onProgress: (done: number, of: number) => void,
): Promise<Result<DecidedModel>> {
  const problem = usageProblem(request);
  if (problem !== undefined) {
    return failure(problem);
  }
  const prepared = await prepareModel({ ...defaults, ...request });
  if (!prepared.ok) {
    return prepared;
  }
  const graph = await readGraph(request.model);
  if (!graph.ok) {
    return graph;
  }
  const exact = missingSd(request.model, graph.value);
  if (exact.length > 0) {
    return failure(...exact);
  }
  const { model } = prepared.value.generation;
  if (model.head === "regression") {
    return failure({
      code: "regression",
      path: request.model,
      message: "only a classification decides: its thresholds are in nats",
      hint: "compare a regression's variances with bounds of your own",
    });
  }
  const data = await readDataSet(request.data, model);
  if (!data.ok) {
    return data;
  }
  const ood = await readImages(request.ood, model.input, { start: 0 });
  if (!ood.ok) {
    return ood;
  }
  const images = [...data.value.images, ...ood.value];
  const answers = await predictAnswers(prepared.value, images, (done) =>
    onProgress(done, images.length),
  );
  if (!answers.ok) {
    return answers;
  }
  const [inDomain, outOfDomain] = judge(answers.value, data.value);
  const found = decide(inDomain, outOfDomain, {
    falseAlarm: request["false-alarm"] ?? FALSE_ALARM,
    ...(request.risk === undefined ? {} : { risk: request.risk }),
    ...(request.coverage === undefined ? {} : { coverage: request.coverage }),
    confidence: request.confidence,
    seed: request.seed,
  });
  if ("why" in found) {
    const { option, why, hint } = found;
    return failure({ code: "undecided", path: `--${option}`, message: why, hint });
  }
  const original = await readModelFile(request.model);
  if (!original.ok) {
    return original;
  }
  const provenance = {
    ...(await provenanceOf(request, found, ood.value)),
    calibrated: graph.value.calibration !== undefined,
  };
  const file = changeGraph(original.value, (json) => ({
    ...json,
    decision: { ...found.thresholds, provenance },
  }));
  return success({ graph: model.graph, ...found, file });
}

function usageProblem(request: DecideRequest) {
  const { risk, coverage, "false-alarm": falseAlarm } = request;
  const problem = (path: string, message: string, hint: string) => ({
    code: "usage",
    path,
    message,
    hint,
  });
  if (risk !== undefined && coverage !== undefined) {
    const hint = "give one of the two";
    return problem("--coverage", "--risk sets the share that is accepted already", hint);
  }
  return risk === undefined && coverage === undefined && falseAlarm === undefined
    ? problem(
        "--risk",
        "nothing is wanted of the decision",
        "give --risk 0.01, --coverage 0.95 or --false-alarm 0.01",
      )
    : undefined;
}

/** The answers in domain, with whether they are wrong, and those out of domain. */
function judge(answers: Answers, data: DataSet): [KnownAnswer[], Omit<KnownAnswer, "wrong">[]] {
  if (answers.head !== "classification" || data.head !== "classification") {
    throw new TypeError("expected a classification");
  }
  const { probability, classes, total, epistemic } = answers;
  const predicted = predictedClasses(probability, classes);
  const all = Array.from(predicted, (label, i) => ({
    total: total[i] as number,
    epistemic: epistemic[i] as number,
    wrong: label !== data.labels[i * data.draws],
  }));
  const n = data.images.length;
  return [all.slice(0, n), all.slice(n).map(({ wrong: _, ...unlike }) => unlike)];
}

async function provenanceOf(request: DecideRequest, found: Decided, ood: readonly Image[]) {
  const { target, tier, weights, activations = defaults.activations, points, seed } = request;
  const unlike = createHash("sha256");
  for (const { values } of ood) {
    unlike.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return {
    tool_version: await readToolVersion(),
    data_sha256: createHash("sha256")
      .update(await readFile(request.data))
      .digest("hex"),
    out_of_domain_values_sha256: unlike.digest("hex"),
    options: { target, tier, weights, activations, points, seed },
    guarantees: found.guarantees,
    in_domain: found.in_domain,
    out_of_domain: found.out_of_domain,
  };
}
