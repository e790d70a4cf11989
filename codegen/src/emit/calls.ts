import { INPUT } from "../ir/graph.js";
import { panelOutputs } from "../ir/kernel-table.js";
import { showShape } from "../ir/shapes.js";
import type {
  ClassificationPlan,
  DrawPlan,
  LayerPlan,
  Plan,
  SamplingPlan,
  SoftmaxPlan,
  ValuePlace,
} from "../plan/plan.js";
import { callStatement } from "./literals.js";
import { headPlaces, type Names } from "./names.js";
import type { CallView } from "./views.js";

/** The shift, in model.c, of layers that read what has been shifted. */
const NO_SHIFT = "no_shift";

/** Of a batch: how many inputs it has, and the one that a loop over them is at. */
const COUNT = "count";
const ROW = "row";

/** The call of the kernel that takes in the input: one that copies it, or one that checks it. */
export function inputCall({ input, layers }: Plan, names: Names): CallView {
  const { kernel, shape } = input;
  if (input.how === "direct") {
    const length = `${names.upper}_INPUT_LEN`;
    const isWhole = layers[0]?.batched === true;
    const all = isWhole ? `${COUNT} * ${length}, inputs` : `${length}, input`;
    return {
      comment: `input: ${showShape(shape)}, read by the first layer.`,
      call: `    const int is_finite = ${kernel.symbol}(${all});`,
    };
  }
  const { channels, plane } = input;
  const order = shape.length === 3 ? "minus the mean, from C, H, W to H, W, C" : "minus the mean";
  return {
    comment: `input: ${showShape(shape)} ${order}.`,
    call: callStatement(`pfp_status status = ${kernel.symbol}`, [
      String(channels),
      String(plane),
      "input",
      names.inputShift,
      rowOf(INPUT, "MEAN", input.output, names),
    ]),
  };
}

/** The generator of a sampled network's draws, in model.c. */
const STATE = "state";

/**
 * The call of a layer's kernel, `depth` blocks deep, and before it that of the draw of its weights,
 * where one is made; arguments are those of pfp_kernels.h.
 */
export function layerCall(layer: LayerPlan, names: Names, depth = 1): CallView {
  const { name, op, attributes, inputShape, outputShape, kernel, draw } = layer;
  const how = attributes === "" ? op : `${op} ${attributes}`;
  const length = String(layer.output.length);
  const elements = layer.batched ? `${COUNT} * ${length}` : length;
  const first = layer.shape === undefined ? elements : `&${names.shape(name)}`;
  const drawing = draw?.where === "arena" ? [drawCall(layer, draw, names, depth)] : [];
  const call = callStatement(
    kernel.symbol,
    [
      first,
      ...(op === "dense" && layer.batched ? [COUNT] : []),
      ...inputs(layer, names),
      ...weights(layer, names),
      ...(layer.op === "reparameterize" ? [STATE] : []),
      ...arrays(layer, name, layer.output, names),
    ],
    depth,
  );
  return {
    comment: `${name}: ${how}; ${showShape(inputShape)} to ${showShape(outputShape)}.`,
    call: [...drawing, call].join("\n"),
  };
}

/** The call that draws a layer's weights. */
export function drawCall({ name }: LayerPlan, draw: DrawPlan, names: Names, depth: number): string {
  const mean = names.weights(name);
  const to =
    draw.where === "arena" ? names.pointer(name, "WEIGHTS") : `pass + ${names.drawnPlace(name)}`;
  const args = [String(draw.length), mean, `${mean} + ${draw.length}`, STATE, to];
  return callStatement(draw.kernel.symbol, args, depth);
}

/** The arguments that concern weights. */
function weights({ name, weights: packed, scratch, kernel, draw }: LayerPlan, names: Names) {
  if (packed === undefined) {
    return [];
  }
  const working = scratch === undefined ? "NULL" : names.pointer(name, "SCRATCH", scratch.dtype);
  switch (draw?.where) {
    case "arena":
      return [names.pointer(name, "WEIGHTS"), working];
    case "beforehand":
      return [`pass + ${names.drawnPlace(name)}`, working];
    default:
      return [names.weights(name), ...(kernel.form === "sampled" ? [STATE] : []), working];
  }
}

/** The call of the covariance kernel; empty where logits are independent. */
export function covarianceCall({ covariance }: ClassificationPlan, names: Names): string {
  if (covariance.level === "none") {
    return "";
  }
  const { kernel, layer } = covariance;
  return callStatement(kernel.symbol, [
    `&${names.shape(layer.name)}`,
    String(panelOutputs(layer.kernel)),
    rowOf(layer.source, "VAR", layer.input, names),
    names.weights(layer.name),
    rowOf(layer.name, "VAR", layer.output, names),
    `base + ${headPlaces.covarianceScratch}`,
    `base + ${headPlaces.covariance}`,
  ]);
}

/** The call of the classification kernel. */
export function classifyCall(head: ClassificationPlan, names: Names): string {
  return callStatement(`out->label = ${head.kernel.symbol}`, [
    `${names.upper}_CLASSES`,
    String(head.points),
    rowOf(head.source, "MEAN", head.input, names),
    `base + ${headPlaces.covariance}`,
    names.normals,
    `base + ${headPlaces.scratch}`,
    `base + ${headPlaces.probability}`,
    "&uncertainty",
  ]);
}

/** The call of the softmax kernel. */
export function softmaxCall(head: SoftmaxPlan, names: Names): string {
  return callStatement(`out->label = ${head.kernel.symbol}`, [
    `${names.upper}_CLASSES`,
    rowOf(head.source, "MEAN", head.input, names),
    `base + ${headPlaces.probability}`,
    "&uncertainty",
  ]);
}

/** The calls that take a pass of a sampled network into what is known so far. */
export function passCalls({ head }: Plan, sampling: SamplingPlan, names: Names): string {
  const { accumulate, mixture } = sampling;
  const logits = names.pointer(head.source, "MEAN");
  const add = (length: string, value: string, mean: string, squares: string) =>
    callStatement(accumulate.symbol, [length, "n", value, mean, squares], 2);
  const outputs = outputsMacro(head, names);
  const { mean, squares, passProbability, probability } = headPlaces;
  const moments = add(outputs, logits, `base + ${mean}`, `base + ${squares}`);
  if (head.kind !== "softmax" || mixture === undefined) {
    return moments;
  }
  const softmax = [outputs, logits, `base + ${passProbability}`, "&uncertainty"];
  return [
    moments,
    callStatement(`(void)${head.kernel.symbol}`, softmax, 2),
    add(outputs, `base + ${passProbability}`, `base + ${probability}`, "NULL"),
    add("1", "&uncertainty.aleatoric", "&aleatoric", "NULL"),
  ].join("\n");
}

/** The call that makes an answer of all passes. */
export function mixtureCall({ mixture }: SamplingPlan, names: Names): string {
  return mixture === undefined
    ? ""
    : callStatement(`out->label = ${mixture.kernel.symbol}`, [
        `${names.upper}_CLASSES`,
        "aleatoric",
        `base + ${headPlaces.probability}`,
        "&uncertainty",
      ]);
}

function outputsMacro(head: Plan["head"], names: Names): string {
  return `${names.upper}_${head.kind === "regression" ? "OUTPUTS" : "CLASSES"}`;
}

/** Where the value that the head reads has its means or variances, for one input. */
export function logitsOf({ head }: Plan, part: "MEAN" | "VAR", names: Names): string {
  return rowOf(head.source, part, head.input, names);
}

/** Whether a layer takes a shift but reads an input that has none. */
export function takesNoShift({ weights, kernel, input }: LayerPlan): boolean {
  return weights !== undefined && kernel.form === "det" && input !== undefined;
}

function inputs(layer: LayerPlan, names: Names): string[] {
  if (layer.input === undefined) {
    return [layer.batched ? "inputs" : "input", names.inputShift];
  }
  const shift = takesNoShift(layer) ? [NO_SHIFT] : [];
  return [...arrays(layer, layer.source, layer.input, names), ...shift];
}

/** The arrays of a value that a layer works on: those of all inputs, or of one. */
function arrays(layer: LayerPlan, value: string, place: ValuePlace, names: Names): string[] {
  const parts = place.var === undefined ? (["MEAN"] as const) : (["MEAN", "VAR"] as const);
  return parts.map((part) =>
    layer.batched ? names.pointer(value, part, place.dtype) : rowOf(value, part, place, names),
  );
}

/** The array of a value for one input; in a loop over the batch where there is one for each. */
function rowOf(
  value: string,
  part: "MEAN" | "VAR",
  place: ValuePlace | undefined,
  names: Names,
): string {
  const pointer = names.pointer(value, part, place?.dtype);
  return place?.count === undefined ? pointer : `${pointer} + ${ROW} * ${place.length}`;
}
