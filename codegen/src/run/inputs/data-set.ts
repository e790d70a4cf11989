import { type Diagnostic, failure, type Result, success } from "../../diagnostics.js";
import { drawnTruth, type Truth } from "../../eval/truth.js";
import { readGiven } from "../given-file.js";
import type { OutputForm } from "../protocol.js";
import { type Image, type InputForm, showSize } from "./image.js";
import { imagesOf } from "./npy.js";
import type { NpyArray } from "./npy-array.js";
import { missingArray, readNpz, wrongRows } from "./npz.js";

/** The inputs of a model and what is true of them; n of them. */
export type DataSet = Inputs & (ClassTruth | RegressionTruth);

interface Inputs {
  readonly path: string;
  readonly images: readonly Image[];
}

export interface ClassTruth {
  readonly head: "classification";
  /** [n * draws], each a class; the first of an input is its label where one is needed. */
  readonly labels: Uint32Array;
  /** Labels of each input. */
  readonly draws: number;
  /** [n * classes], the probability of each class, where it is known. */
  readonly soft?: Float64Array;
}

export interface RegressionTruth {
  readonly head: "regression";
  /** [n * outputs] */
  readonly targets: Float64Array;
}

/** The model that a data set has to be for. */
export type DataForm = OutputForm & { readonly input: InputForm };

/** How far from 1 the sum of a soft label may be: what float16 rounds. */
const SUM_TOLERANCE = 1e-2;

/**
 * Reads a .npz file with `x`, `y` and perhaps `soft` (docs/evaluation.md). Everything is checked:
 * shapes against the model's, labels against its classes, numbers for being finite, and that not
 * all labels are the same.
 */
export async function readDataSet(path: string, form: DataForm): Promise<Result<DataSet>> {
  const bytes = await readGiven(path, "unreadable-data", "a .npz file with x and y");
  if (!bytes.ok) {
    return bytes;
  }
  const arrays = readNpz(path, bytes.value, ["x", "y", "soft"]);
  if (!arrays.ok) {
    return arrays;
  }
  const [x, y] = ["x", "y"].map((name) => arrays.value.get(name));
  if (x === undefined || y === undefined) {
    return failure(
      ...(x === undefined ? [missingArray(path, "x", "the inputs")] : []),
      ...(y === undefined ? [missingArray(path, "y", "what is true of them")] : []),
    );
  }
  const images = readAll(path, x, form.input);
  if (!images.ok) {
    return images;
  }
  const n = images.value.length;
  const truth =
    form.head === "classification"
      ? classTruth(path, y, arrays.value.get("soft"), n, form.outputs)
      : regressionTruth(path, y, n, form.outputs);
  return truth.ok ? success({ path, images: images.value, ...truth.value }) : truth;
}

function readAll(path: string, x: NpyArray, form: InputForm): Result<Image[]> {
  const file = imagesOf(path, x, form);
  if (!file.ok) {
    return file;
  }
  const images: Image[] = [];
  for (let i = 0; i < file.value.count; i++) {
    const image = file.value.read(i);
    if (!image.ok) {
      return image;
    }
    if (!image.value.values.every(Number.isFinite)) {
      return failure(notFinite(path, "x", i));
    }
    images.push(image.value);
  }
  return success(images);
}

function classTruth(
  path: string,
  y: NpyArray,
  soft: NpyArray | undefined,
  n: number,
  classes: number,
): Result<ClassTruth> {
  const { shape } = y;
  const [rows, draws = 1] = shape;
  const values = Array.from(y.values as ArrayLike<number | bigint>, Number);
  const whole = values.every((value) => Number.isInteger(value));
  const wrong = values.findIndex((label) => !(label >= 0 && label < classes));
  const problems: Diagnostic[] = [];
  if (shape.length < 1 || shape.length > 2 || !whole || draws === 0) {
    problems.push({
      code: "not-labels",
      path: `${path}: y`,
      message: `found ${y.dtype} of shape ${showSize(shape)}, expected whole numbers [n] or [n, k]`,
      hint: "give the number of each input's class, from 0 on",
    });
  } else if (rows !== n) {
    problems.push(wrongRows(path, "y", rows, n));
  } else if (wrong >= 0) {
    problems.push({
      code: "label-outside-classes",
      path: `${path}: y`,
      message: `input ${Math.floor(wrong / draws)} has label ${values[wrong]}, the model has ${classes} classes`,
      hint: `labels are 0 to ${classes - 1}, in the order of the model's`,
    });
  } else if (new Set(values).size === 1) {
    problems.push({
      code: "single-class",
      path: `${path}: y`,
      message: `every label is ${values[0]}, so that nothing can be said of telling classes apart`,
      hint: "give data of at least two classes",
    });
  }
  const rowsOfSoft = soft === undefined ? success(undefined) : readSoft(path, soft, n, classes);
  if (!rowsOfSoft.ok) {
    return failure(...problems, ...rowsOfSoft.diagnostics);
  }
  return problems.length > 0
    ? failure(...problems)
    : success({
        head: "classification",
        labels: Uint32Array.from(values),
        draws,
        ...(rowsOfSoft.value === undefined ? {} : { soft: rowsOfSoft.value }),
      });
}

/** Rows are scaled to sum to 1 exactly. */
function readSoft(
  path: string,
  { values, shape, dtype }: NpyArray,
  n: number,
  classes: number,
): Result<Float64Array> {
  const problem = (message: string, hint: string) =>
    failure({ code: "bad-soft-label", path: `${path}: soft`, message, hint });
  if (shape[0] !== n) {
    return failure(wrongRows(path, "soft", shape[0], n));
  }
  if (shape.length !== 2 || shape[1] !== classes) {
    const hint = `give probabilities of the model's classes, [n, ${classes}]`;
    return problem(`found ${dtype} of shape ${showSize(shape)}`, hint);
  }
  const soft = Float64Array.from(values as ArrayLike<number>, Number);
  for (let row = 0; row < n; row++) {
    const own = soft.subarray(row * classes, (row + 1) * classes);
    const sum = own.reduce((total, p) => total + p, 0);
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE && own.every((p) => p >= 0))) {
      return problem(
        `the soft label of input ${row} sums to ${sum}`,
        "give probabilities: 0 or larger, 1 in all",
      );
    }
    for (let c = 0; c < classes; c++) {
      own[c] = (own[c] as number) / sum;
    }
  }
  return success(soft);
}

function regressionTruth(
  path: string,
  { values, shape }: NpyArray,
  n: number,
  outputs: number,
): Result<RegressionTruth> {
  const targets = Float64Array.from(values as ArrayLike<number>, Number);
  const [rows, ...row] = shape;
  if (rows !== n) {
    return failure(wrongRows(path, "y", rows, n));
  }
  if (targets.length !== n * outputs || row.length > 1) {
    return failure({
      code: "wrong-targets",
      path: `${path}: y`,
      message: `found shape ${showSize(shape)}, the model has ${outputs} outputs`,
      hint: `give [n, ${outputs}]`,
    });
  }
  const bad = targets.findIndex((value) => !Number.isFinite(value));
  return bad < 0
    ? success({ head: "regression", targets })
    : failure(notFinite(path, "y", Math.floor(bad / outputs)));
}

function notFinite(path: string, name: string, input: number): Diagnostic {
  return {
    code: "non-finite-data",
    path: `${path}: ${name}`,
    message: `row ${input} holds NaN or infinity`,
    hint: "remove it, or mend how it was made",
  };
}

/** [n * classes]: the soft labels where there are some, else the shares of the labels. */
export function truthOf({ labels, draws, soft }: ClassTruth, classes: number): Truth {
  return soft ?? drawnTruth(labels, draws, classes);
}

/** At most `count` inputs of a data set, at equal distances through it, with what is true of them. */
export function thinned<T extends DataSet>(data: T, count: number): T;
export function thinned(data: DataSet, count: number): DataSet {
  const n = data.images.length;
  if (n <= count) {
    return data;
  }
  const kept = Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
  const rows = <T extends Float64Array | Uint32Array>(values: T): T => {
    const width = values.length / n;
    const taken = values.slice(0, count * width) as T;
    kept.forEach((row, i) => {
      taken.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return taken;
  };
  const images = kept.map((i) => data.images[i] as Image);
  return data.head === "classification"
    ? {
        ...data,
        images,
        labels: rows(data.labels),
        ...(data.soft === undefined ? {} : { soft: rows(data.soft) }),
      }
    : { ...data, images, targets: rows(data.targets) };
}
