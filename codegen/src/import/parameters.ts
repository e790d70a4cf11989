import { closest } from "fastest-levenshtein";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { Shape } from "../ir/graph.js";
import type { GaussianTensor, LayerParameters } from "../ir/posterior.js";
import type { StoredTensor } from "./safetensors.js";
import { decodeMean, decodeSd } from "./tensor-values.js";

type Tensors = ReadonlyMap<string, StoredTensor>;

/** What the weight of an operator looks like in PyTorch's layout. */
const weightAxes = {
  dense: ["out", "in"],
  conv2d: ["out", "in", "kh", "kw"],
} as const;

/** The names of the tensors that layer `name` may have. */
export function tensorNames(name: string): string[] {
  return ["weight", "bias"].flatMap((kind) => [`${name}.${kind}.mean`, `${name}.${kind}.sd`]);
}

/** Collects the tensors of the dense or conv2d layer `name`. */
export function readParameters(
  name: string,
  op: keyof typeof weightAxes,
  tensors: Tensors,
): Result<LayerParameters> {
  const axes = weightAxes[op];
  const weightName = `${name}.weight.mean`;
  const stored = tensors.get(weightName);
  if (stored === undefined) {
    return failure(missing(weightName, `${op} '${name}' needs it`, tensors));
  }
  if (stored.shape.length !== axes.length || stored.shape.includes(0)) {
    return failure({
      code: "wrong-shape",
      path: weightName,
      message: `the weight of a ${op} is [${axes.join(", ")}], found ${show(stored.shape)}`,
      hint: "weights are stored in PyTorch's layout",
    });
  }
  const weight = readGaussian(`${name}.weight`, stored.shape, tensors);
  const hasBias = tensors.has(`${name}.bias.mean`) || tensors.has(`${name}.bias.sd`);
  const bias = hasBias
    ? readGaussian(`${name}.bias`, stored.shape.slice(0, 1), tensors)
    : undefined;
  const problems = [weight, bias].flatMap((part) =>
    part === undefined || part.ok ? [] : part.diagnostics,
  );
  if (problems.length > 0 || !weight.ok) {
    return failure(...problems);
  }
  return success({
    weight: weight.value,
    ...(bias?.ok ? { bias: bias.value } : {}),
  });
}

/** The mean and, where there is one, the standard deviation of one parameter. */
function readGaussian(prefix: string, shape: Shape, tensors: Tensors): Result<GaussianTensor> {
  const storedMean = tensors.get(`${prefix}.mean`);
  const storedSd = tensors.get(`${prefix}.sd`);
  if (storedMean === undefined) {
    return failure(missing(`${prefix}.mean`, `there is a ${prefix}.sd`, tensors));
  }
  const wrong = [storedMean, storedSd].flatMap((stored) =>
    stored === undefined || show(stored.shape) === show(shape) ? [] : [wrongShape(stored, shape)],
  );
  if (wrong.length > 0) {
    return failure(...wrong);
  }
  const mean = decodeMean(storedMean);
  const sd = storedSd === undefined ? undefined : decodeSd(storedSd);
  const problems = [mean, sd].flatMap((part) =>
    part === undefined || part.ok ? [] : part.diagnostics,
  );
  if (problems.length > 0 || !mean.ok) {
    return failure(...problems);
  }
  return success({ mean: mean.value, ...(sd?.ok ? { sd: sd.value } : {}) });
}

function wrongShape(stored: StoredTensor, expected: Shape): Diagnostic {
  return {
    code: "wrong-shape",
    path: stored.name,
    message: `expected ${show(expected)}, found ${show(stored.shape)}`,
    hint: "mean and sd have the same shape, and a bias has one value an output",
  };
}

function missing(name: string, reason: string, tensors: Tensors): Diagnostic {
  const names = [...tensors.keys()];
  return {
    code: "missing-tensor",
    path: name,
    message: `the file has no tensor of this name, but ${reason}`,
    hint: names.length > 0 ? `the nearest name is '${closest(name, names)}'` : "store it",
  };
}

function show(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
