/**
 * The files of qemu/runner/main.c: three little-endian words (magic, number of images, floats an
 * image), then little-endian float32.
 */

const MAGIC = 0x31504650; // "PFP1"
const HEADER_BYTES = 12;

/** What the runner needs to know of a model to name its numbers. */
export interface OutputForm {
  readonly head: "classification" | "regression";
  /** Classes, or regression outputs. */
  readonly outputs: number;
  /** Whether a classification decides what is to be accepted; absent: no. */
  readonly decides?: boolean;
}

/** By their numbers in C. */
const DECISIONS = ["accept", "ambiguous", "unknown"] as const;

/** One image's answer; mean and var are of the logits. Uncertainties are in nats. */
export interface Classification {
  readonly mean: readonly number[];
  readonly var: readonly number[];
  readonly probability: readonly number[];
  readonly label: number;
  readonly total: number;
  readonly aleatoric: number;
  readonly epistemic: number;
  /** Of a model that decides. */
  readonly decision?: (typeof DECISIONS)[number];
}

/** One image's answer, one entry an output. Uncertainties are variances. */
export interface Regression {
  readonly mean: readonly number[];
  readonly var: readonly number[];
  readonly total: readonly number[];
  readonly aleatoric: readonly number[];
  readonly epistemic: readonly number[];
}

export type Prediction = Classification | Regression;

function floatsPerImage({ head, outputs, decides = false }: OutputForm): number {
  return head === "classification" ? 3 * outputs + 4 + (decides ? 1 : 0) : 5 * outputs;
}

/** Bytes of the output file for `count` images. */
export function outputBytes(count: number, form: OutputForm): number {
  return HEADER_BYTES + count * 4 * floatsPerImage(form);
}

/** The input file for images of `length` floats each. */
export function encodeInputs(images: readonly Float32Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + images.length * length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, images.length, true);
  view.setUint32(8, length, true);
  images.forEach((image, index) => {
    const start = HEADER_BYTES + index * length * 4;
    image.forEach((value, i) => {
      view.setFloat32(start + 4 * i, value, true);
    });
  });
  return bytes;
}

/** The predictions of an output file for `count` images, or undefined when it is not whole. */
export function decodeOutputs(
  bytes: Uint8Array,
  count: number,
  form: OutputForm,
): Prediction[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = floatsPerImage(form);
  if (
    bytes.length !== outputBytes(count, form) ||
    view.getUint32(0, true) !== MAGIC ||
    view.getUint32(4, true) !== count ||
    view.getUint32(8, true) !== length
  ) {
    return undefined;
  }
  return Array.from({ length: count }, (_, image) => {
    const start = HEADER_BYTES + image * length * 4;
    const values = Array.from({ length }, (_, i) => view.getFloat32(start + 4 * i, true));
    return form.head === "classification"
      ? classification(values, form.outputs)
      : regression(values, form.outputs);
  });
}

function classification(values: readonly number[], n: number): Classification {
  const [total = 0, aleatoric = 0, epistemic = 0, label = 0, number = -1] = values.slice(3 * n);
  const decision = DECISIONS[number];
  return {
    mean: values.slice(0, n),
    var: values.slice(n, 2 * n),
    probability: values.slice(2 * n, 3 * n),
    label,
    total,
    aleatoric,
    epistemic,
    ...(decision && { decision }),
  };
}

function regression(values: readonly number[], n: number): Regression {
  return {
    mean: values.slice(0, n),
    var: values.slice(n, 2 * n),
    total: values.slice(2 * n, 3 * n),
    aleatoric: values.slice(3 * n, 4 * n),
    epistemic: values.slice(4 * n, 5 * n),
  };
}
