import { INPUT, type Shape } from "../ir/graph.js";
import { dtypeBytes, type Kernel, panelOutputs } from "../ir/kernel-table.js";
import { elements } from "../ir/shapes.js";
import { ARENA_ALIGN } from "../plan/arena.js";
import { calledKernels, type LayerPlan, type Plan, type ValuePlace } from "../plan/plan.js";
import {
  classifyCall,
  covarianceCall,
  inputCall,
  layerCall,
  logitsOf,
  softmaxCall,
  takesNoShift,
} from "./calls.js";
import { type Constant, listConstants } from "./constants.js";
import { layerInRange, logitsInRange } from "./in-range.js";
import {
  commentText,
  floatArray,
  floatLiteral,
  stringLiteral,
  wordArray,
  wrap,
} from "./literals.js";
import type { Names } from "./names.js";
import { listPlaces } from "./places.js";
import {
  alignCheck,
  describeSampling,
  drawsBeforehand,
  nullCheck,
  parameters,
  samplingHeader,
  samplingView,
} from "./sampling-views.js";
import type {
  CmakeView,
  DecisionView,
  HeaderView,
  PlaceView,
  ShapeView,
  SourceView,
  TraceView,
  WeightsBinView,
  WeightsView,
} from "./views.js";

/** PFP_ABI_VERSION of the runtime whose kernels the generated code calls. */
export const ABI_VERSION = 2;

/** What identifies a generated model. */
export interface Identity {
  readonly toolVersion: string;
  readonly posteriorSha256: string;
  /** C literals; empty while the hash itself is computed. */
  readonly generation: string;
  readonly weightsHash: string;
}

/** The view of CMakeLists.txt, and what all others share. */
export function commonView(plan: Plan, names: Names, identity: Identity): CmakeView {
  const points = plan.head.kind === "classification" ? `, ${plan.points} points` : "";
  const mode = plan.mode === "pfp" ? "" : `, mode ${plan.mode}${describeSampling(plan.sampling)}`;
  const weights = plan.weights === "f32" ? "" : `, weights ${plan.weights}`;
  const batch = plan.batch === 1 ? "" : `, batch ${plan.batch}`;
  const calibrated = plan.calibration === undefined ? "" : ", calibrated";
  const activations = plan.activations === "f32" ? "" : `, activations ${plan.activations}`;
  return {
    name: names.prefix,
    graph: commentText(plan.graph),
    toolVersion: identity.toolVersion,
    options: `${plan.target}${mode}, tier ${plan.tier}${weights}${activations}${calibrated}${points}${batch}${plan.trace ? ", trace" : ""}`,
    posteriorSha256: identity.posteriorSha256,
    generation: identity.generation,
  };
}

/** The view of model.h. */
export function headerView(plan: Plan, names: Names, identity: Identity): HeaderView {
  return {
    ...commonView(plan, names, identity),
    upper: names.upper,
    abiVersion: ABI_VERSION,
    weightsHash: identity.weightsHash,
    arenaBytes: plan.arenaBytes,
    arenaAlign: ARENA_ALIGN,
    inputLength: elements(plan.input.shape),
    inputOrder: describeInput(plan.input.shape),
    batchSize: plan.batch,
    batch: plan.batch > 1,
    classification: plan.head.kind !== "regression",
    outputs: plan.head.input.length,
    parameters: parameters(plan.sampling, names),
    decision: decisionView(plan),
    sampled: plan.sampling !== undefined,
    beforehand: drawsBeforehand(plan.sampling),
    sampling: samplingHeader(plan.sampling),
    trace: plan.trace,
    traceLayers: traceLayers(plan, names).length,
    constants: listConstants(plan, names).map(({ identifier, values, section }) => {
      return { type: cType(values), identifier, length: values.length, place: placeOf(section) };
    }),
  };
}

/** The view of model.c. */
export function sourceView(plan: Plan, names: Names, identity: Identity): SourceView {
  const { head, sampling } = plan;
  const places = listPlaces(plan, names);
  return {
    ...commonView(plan, names, identity),
    upper: names.upper,
    needs: neededIsas(plan, names),
    places,
    lastPlace: places.reduce((last, place) => (end(place) > end(last) ? place : last)),
    sizes: plan.layers.flatMap((layer) => packedSize(layer, names)),
    shapes: plan.layers.flatMap((layer) => shapeView(layer, names)),
    classification: head.kind !== "regression",
    labels: head.kind === "regression" ? "" : listLabels(head.labels),
    trace: plan.trace,
    traceLayers: traceLayers(plan, names),
    noShift: plan.layers.some(takesNoShift),
    input: inputCall(plan, names),
    copiesInput: plan.input.how === "copied",
    layers: plan.layers
      .slice(0, sampling?.first)
      .filter(isAlone)
      .map((layer) => ({
        ...layerCall(layer, names),
        inRange: layerInRange(layer, plan, names),
      })),
    batchedLayers: plan.layers.filter(isBatched).map((layer) => layerCall(layer, names)),
    batch: plan.batch > 1,
    eachInput: plan.input.how === "copied" || plan.layers.some(isAlone),
    parameters: parameters(sampling, names),
    nullCheck: nullCheck(sampling),
    alignCheck: alignCheck(sampling, names),
    sampled: sampling !== undefined,
    beforehand: drawsBeforehand(sampling),
    sampling: samplingView(plan, names),
    ...logitsInRange(plan, names),
    logitsMean: logitsOf(plan, "MEAN", names),
    logitsVar: logitsOf(plan, "VAR", names),
    covarianceCall: head.kind === "classification" ? covarianceCall(head, names) : "",
    classifyCall: head.kind === "classification" ? classifyCall(head, names) : "",
    softmaxCall: head.kind === "softmax" && sampling === undefined ? softmaxCall(head, names) : "",
    decision: decisionView(plan),
    exact: head.input.var === undefined,
    points: plan.points,
  };
}

function decisionView({ decision }: Plan): DecisionView {
  const { maxEpistemic, maxTotal } = decision ?? {};
  const literal = (bound?: number) => (bound === undefined ? "" : floatLiteral(bound));
  return { maxEpistemic: literal(maxEpistemic), maxTotal: literal(maxTotal) };
}

function isBatched({ batched }: LayerPlan): boolean {
  return batched === true;
}

function isAlone(layer: LayerPlan): boolean {
  return !isBatched(layer);
}

/** What beyond portable C a build must offer, and what to say where it does not. */
function neededIsas(plan: Plan, names: Names): SourceView["needs"] {
  const tuned = calledKernels(plan).filter(({ isa }) => isa !== "c");
  const needs = tuned.map(({ isa, dtype }) => (dtype === "f32" ? isa : `${isa}_${dtype}`));
  return [...new Set(needs)].map((need) => ({
    macro: `PFP_HAS_${need.toUpperCase()}`,
    error: `${names.prefix}.c is for ${plan.target}: compile it with the flags of that processor, or run \`pfp compile\` with your --target`,
  }));
}

/** What both forms of model_weights.c say of themselves. */
function weightsHeader(plan: Plan, names: Names, identity: Identity) {
  return {
    name: names.prefix,
    upper: names.upper,
    graph: commentText(plan.graph),
    target: plan.target,
    posteriorSha256: identity.posteriorSha256,
    weightsHash: identity.weightsHash,
  };
}

/** The view of model_weights.c. */
export function weightsView(plan: Plan, names: Names, identity: Identity): WeightsView {
  return {
    ...weightsHeader(plan, names, identity),
    arrays: listConstants(plan, names).map(({ identifier, comment, values, section }) => {
      const place = placeOf(section);
      const text = values instanceof Uint32Array ? wordArray(values) : floatArray(values);
      return {
        type: cType(values),
        identifier,
        comment,
        place,
        length: values.length,
        values: text,
      };
    }),
  };
}

/** The view of model_weights.c beside a .bin, in which the constants begin at `offsets`. */
export function weightsBinView(
  plan: Plan,
  names: Names,
  identity: Identity,
  offsets: readonly number[],
): WeightsBinView {
  return {
    ...weightsHeader(plan, names, identity),
    file: "",
    arrays: listConstants(plan, names).map(({ identifier, comment, values, section }, index) => {
      const where = section === undefined ? "PFP_WEIGHTS_SECTION" : stringLiteral(section);
      const offset = offsets[index] ?? 0;
      return { identifier, comment, bytes: values.byteLength, offset, section: where };
    }),
  };
}

/** The macro that places a constant. */
function placeOf(section: string | undefined): string {
  return section === undefined ? "PFP_WEIGHTS" : `PFP_WEIGHTS_IN(${stringLiteral(section)})`;
}

function cType(values: Constant["values"]): string {
  return values instanceof Uint32Array ? "uint32_t" : "float";
}

function listLabels(labels: readonly string[]): string {
  return wrap(labels.map((label) => `${stringLiteral(label)},`));
}

function describeInput(shape: Shape): string {
  return shape.length === 3
    ? `${shape.join(" x ")} in the order channels, height, width`
    : "a flat vector";
}

function end({ offset, bytes }: PlaceView): number {
  return offset * dtypeBytes.f32 + bytes;
}

function packedSize({ name, weights, kernel, shape, draw }: LayerPlan, names: Names) {
  if (weights === undefined || shape === undefined) {
    return [];
  }
  const { in_len, out_len, in_planes = 1, in_c = 1, out_c } = shape.fields;
  const { kernel_h = 1, kernel_w = 1 } = shape.fields;
  const inputs = in_len ?? in_planes * kernel_h * kernel_w * in_c;
  const panels = Math.ceil((out_len ?? out_c ?? 0) / panelOutputs(kernel));
  const bytes = `${panels} * (${panelBytes(kernel, inputs)})`;
  return [
    {
      identifier: names.weights(name),
      bytes: draw === undefined ? bytes : `2 * ((${bytes} + 31) / 32 * 32)`,
    },
  ];
}

/** Bytes of a panel as a C expression, from pfp_kernels.h. */
function panelBytes(kernel: Kernel, inputs: number): string {
  const { form, weights } = kernel;
  const outputs = panelOutputs(kernel);
  const header = 4 * outputs * 4;
  switch (weights) {
    case "f16":
      return `${header} + 4 * ${outputs} * ${inputs}`;
    case "bf16":
      return `4 * ${outputs} * (2 + ${inputs})`;
    case "i8u8":
      return `${header} + 2 * ${outputs} * ${inputs}`;
    case "i8u4":
      return `${header} + 3 * ${outputs} * ${Math.floor(inputs / 2)} + 2 * ${outputs} * ${inputs % 2}`;
    default:
      return `sizeof(float) * ${form === "exact" ? "" : "2 * "}${outputs} * (1 + ${inputs})`;
  }
}

function shapeView({ name, shape }: LayerPlan, names: Names): ShapeView[] {
  if (shape === undefined) {
    return [];
  }
  const fields = Object.entries(shape.fields).map(([field, value]) => `.${field} = ${value},`);
  return [{ type: shape.type, identifier: names.shape(name), fields: wrap(fields) }];
}

function traceLayers(plan: Plan, names: Names): TraceView[] {
  const view = (
    name: string,
    kernel: string,
    { length, var: variance }: ValuePlace,
  ): TraceView => ({
    name: stringLiteral(name),
    kernel: stringLiteral(kernel),
    length,
    mean: `${names.place(name, "MEAN")} * sizeof(float)`,
    var: variance === undefined ? "PFP_TRACE_EXACT" : `${names.place(name, "VAR")} * sizeof(float)`,
  });
  const { input } = plan;
  return [
    ...(input.how === "copied" ? [view(INPUT, input.kernel.symbol, input.output)] : []),
    ...plan.layers.map(({ name, kernel, output }) => view(name, kernel.symbol, output)),
  ];
}
