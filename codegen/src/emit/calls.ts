import { INPUT } from "../ir/graph.js";
import { showShape } from "../ir/shapes.js";
import type { ClassificationPlan, LayerPlan, Plan, SoftmaxPlan } from "../plan/plan.js";
import { callStatement } from "./literals.js";
import { headPlaces, type Names } from "./names.js";
import type { CallView } from "./views.js";

/** The shift, in model.c, of layers that read what has been shifted. */
const NO_SHIFT = "no_shift";

/** The call of the kernel that takes in the input: one that copies it, or one that checks it. */
export function inputCall({ input }: Plan, names: Names): CallView {
  const { kernel, shape } = input;
  if (input.how === "direct") {
    return {
      comment: `input: ${showShape(shape)}, read by the first layer.`,
      call: `    const int is_finite = ${kernel.symbol}(${names.upper}_INPUT_LEN, input);`,
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
      names.pointer(INPUT, "MEAN"),
    ]),
  };
}

/** The call of a layer's kernel; its arguments are those of pfp_kernels.h. */
export function layerCall(layer: LayerPlan, names: Names): CallView {
  const { name, op, attributes, inputShape, outputShape, kernel } = layer;
  const how = attributes === "" ? op : `${op} ${attributes}`;
  const first = layer.shape === undefined ? String(layer.output.length) : `&${names.shape(name)}`;
  const scratch = layer.scratch === undefined ? "NULL" : names.pointer(name, "SCRATCH");
  return {
    comment: `${name}: ${how}; ${showShape(inputShape)} to ${showShape(outputShape)}.`,
    call: callStatement(kernel.symbol, [
      first,
      ...inputs(layer, names),
      ...(layer.weights === undefined ? [] : [names.weights(name), scratch]),
      ...pointers(name, layer.output.var !== undefined, names),
    ]),
  };
}

/** The call of the covariance kernel; empty where logits are independent. */
export function covarianceCall({ covariance }: ClassificationPlan, names: Names): string {
  if (covariance.level === "none") {
    return "";
  }
  const { kernel, layer } = covariance;
  return callStatement(kernel.symbol, [
    `&${names.shape(layer.name)}`,
    String(layer.kernel.outputs),
    names.pointer(layer.source, "VAR"),
    names.weights(layer.name),
    names.pointer(layer.name, "VAR"),
    `base + ${headPlaces.covarianceScratch}`,
    `base + ${headPlaces.covariance}`,
  ]);
}

/** The call of the classification kernel. */
export function classifyCall(head: ClassificationPlan, names: Names): string {
  return callStatement(`out->label = ${head.kernel.symbol}`, [
    `${names.upper}_CLASSES`,
    String(head.points),
    names.pointer(head.source, "MEAN"),
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
    names.pointer(head.source, "MEAN"),
    `base + ${headPlaces.probability}`,
    "&uncertainty",
  ]);
}

/** Whether a layer takes a shift but reads an input that has none. */
export function takesNoShift({ weights, kernel, input }: LayerPlan): boolean {
  return weights !== undefined && kernel.form === "det" && input !== undefined;
}

function inputs(layer: LayerPlan, names: Names): string[] {
  if (layer.input === undefined) {
    return ["input", names.inputShift];
  }
  const shift = takesNoShift(layer) ? [NO_SHIFT] : [];
  return [...pointers(layer.source, layer.input.var !== undefined, names), ...shift];
}

function pointers(value: string, uncertain: boolean, names: Names): string[] {
  const mean = names.pointer(value, "MEAN");
  return uncertain ? [mean, names.pointer(value, "VAR")] : [mean];
}
