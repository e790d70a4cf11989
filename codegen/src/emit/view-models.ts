import { INPUT, type Shape } from "../ir/graph.js";
import { elements } from "../ir/shapes.js";
import { ARENA_ALIGN } from "../plan/arena.js";
import { calledKernels, type LayerPlan, type Plan, type ValuePlace } from "../plan/plan.js";
import { classifyCall, covarianceCall, inputCall, layerCall, takesNoShift } from "./calls.js";
import { listConstants } from "./constants.js";
import { commentText, floatArray, stringLiteral, wrap } from "./literals.js";
import type { Names } from "./names.js";
import { listPlaces } from "./places.js";
import type {
  CmakeView,
  HeaderView,
  PlaceView,
  ShapeView,
  SourceView,
  TraceView,
  WeightsView,
} from "./views.js";

/** PFP_ABI_VERSION of the runtime whose kernels the generated code calls. */
export const ABI_VERSION = 1;

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
  return {
    name: names.prefix,
    graph: commentText(plan.graph),
    toolVersion: identity.toolVersion,
    options: `${plan.target}, tier ${plan.tier}${points}${plan.trace ? ", trace" : ""}`,
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
    classification: plan.head.kind === "classification",
    outputs: plan.head.input.length,
    trace: plan.trace,
    traceLayers: traceLayers(plan, names).length,
    constants: listConstants(plan, names).map(({ identifier, values, place }) => {
      return { identifier, length: values.length, place };
    }),
  };
}

/** The view of model.c. */
export function sourceView(plan: Plan, names: Names, identity: Identity): SourceView {
  const { head } = plan;
  const places = listPlaces(plan, names);
  return {
    ...commonView(plan, names, identity),
    upper: names.upper,
    needs: neededIsas(plan, names),
    places,
    lastPlace: places.reduce((last, place) => (end(place) > end(last) ? place : last)),
    sizes: plan.layers.flatMap((layer) => packedSize(layer, names)),
    shapes: plan.layers.flatMap((layer) => shapeView(layer, names)),
    classification: head.kind === "classification",
    labels: head.kind === "classification" ? listLabels(head.labels) : "",
    trace: plan.trace,
    traceLayers: traceLayers(plan, names),
    noShift: plan.layers.some(takesNoShift),
    input: inputCall(plan, names),
    copiesInput: plan.input.how === "copied",
    finite: plan.finite.symbol,
    layers: plan.layers.map((layer) => layerCall(layer, names)),
    logits: names.layer(head.source).toUpperCase(),
    covarianceCall: head.kind === "classification" ? covarianceCall(head, names) : "",
    classifyCall: head.kind === "classification" ? classifyCall(head, names) : "",
    points: plan.points,
  };
}

/** What beyond portable C a build must offer, and what to say where it does not. */
function neededIsas(plan: Plan, names: Names): SourceView["needs"] {
  const isas = new Set(calledKernels(plan).map(({ isa }) => isa));
  isas.delete("c");
  return [...isas].map((isa) => ({
    macro: `PFP_HAS_${isa.toUpperCase()}`,
    error: `${names.prefix}.c is for ${plan.target}: compile it with the flags of that processor, or run \`pfp compile\` with your --target`,
  }));
}

/** The view of model_weights.c. */
export function weightsView(plan: Plan, names: Names, identity: Identity): WeightsView {
  return {
    name: names.prefix,
    upper: names.upper,
    graph: commentText(plan.graph),
    target: plan.target,
    posteriorSha256: identity.posteriorSha256,
    weightsHash: identity.weightsHash,
    arrays: listConstants(plan, names).map(({ identifier, comment, values, place }) => {
      return { identifier, comment, place, length: values.length, values: floatArray(values) };
    }),
  };
}

function listLabels(labels: readonly string[]): string {
  return wrap(labels.map((label) => `${stringLiteral(label)},`));
}

function describeInput(shape: Shape): string {
  return shape.length === 3
    ? `${shape.join(" x ")} in the order channels, height, width`
    : "a flat vector";
}

function end({ offset, length }: PlaceView): number {
  return offset + length;
}

function packedSize({ name, weights, kernel, shape }: LayerPlan, names: Names) {
  if (weights === undefined || shape === undefined) {
    return [];
  }
  const { in_len, out_len, in_planes = 1, in_c = 1, out_c } = shape.fields;
  const { kernel_h = 1, kernel_w = 1 } = shape.fields;
  const inputs = in_len ?? in_planes * kernel_h * kernel_w * in_c;
  const panels = Math.ceil((out_len ?? out_c ?? 0) / kernel.outputs);
  return [
    {
      identifier: names.weights(name),
      floats: `${panels} * 2 * ${kernel.outputs} * (1 + ${inputs})`,
    },
  ];
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
