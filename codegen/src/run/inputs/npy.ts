import { parse } from "npyjs";
import { failure, type Result, success } from "../../diagnostics.js";
import { drawing, type ImageFile, type InputForm, showSize, sizeOf, wrongSize } from "./image.js";

type Values = Float32Array | Float64Array | Uint8Array;

const MAGIC = "\x93NUMPY";
const SAVE = "write it again with numpy.save, as little-endian float32";

interface Npy {
  readonly values: Values;
  readonly shape: readonly number[];
}

/**
 * Opens a .npy file: one array of the model's shape, or [N, ...]; a single channel may be left out,
 * and a flat model takes any shape of its length. Floats are taken as they are, in the units of
 * the graph; bytes are 8-bit images and become 0..1.
 */
export function openNpy(path: string, bytes: Uint8Array, form: InputForm): Result<ImageFile> {
  const npy = readArray(path, bytes);
  if (!npy.ok) {
    return npy;
  }
  const { values, shape } = npy.value;
  const imageShape = [shape, shape.slice(1)].find((candidate) => fits(candidate, form));
  if (imageShape === undefined) {
    return failure(wrongSize(path, shape, form));
  }
  const count = values.length / form.length;
  if (count === 0) {
    return failure({
      code: "empty-npy",
      path,
      message: `found an array of shape ${showSize(shape)}, which holds nothing`,
      hint: "give an array with at least one image",
    });
  }
  const divisor = values instanceof Uint8Array ? 255 : 1;
  return success({
    count,
    read: (index) =>
      success({
        name: count === 1 ? path : `${path}#${index}`,
        values: Float32Array.from(
          values.subarray(index * form.length, (index + 1) * form.length),
          (value) => value / divisor,
        ),
        ...drawing(imageShape),
      }),
  });
}

function fits(imageShape: readonly number[], { shape, length }: InputForm): boolean {
  if (shape.length === 1) {
    return imageShape.length > 0 && sizeOf(imageShape) === length;
  }
  const withoutChannel = shape[0] === 1 ? [shape.slice(1)] : [];
  return [shape, [length], ...withoutChannel].some(
    (wanted) => showSize(wanted) === showSize(imageShape),
  );
}

/** A header: MAGIC, two bytes of version, its length in 2 bytes or since version 2 in 4, a text. */
function headerProblem(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.toString("latin1", 0, MAGIC.length).startsWith(MAGIC.slice(0, file.length))) {
    return "not a .npy file: it does not begin like one";
  }
  const lengthBytes = (file[MAGIC.length] ?? 0) < 2 ? 2 : 4;
  const textStart = MAGIC.length + 2 + lengthBytes;
  const wanted =
    file.length < textStart
      ? textStart
      : textStart + file.readUIntLE(textStart - lengthBytes, lengthBytes);
  return file.length < wanted
    ? `its header is cut short: ${file.length} bytes of at least ${wanted}`
    : undefined;
}

function readArray(path: string, bytes: Uint8Array): Result<Npy> {
  const problem = (code: string, message: string, hint: string) =>
    failure({ code, path, message, hint });
  const header = headerProblem(bytes);
  if (header !== undefined) {
    return problem("bad-npy", header, SAVE);
  }
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(Uint8Array.from(bytes).buffer);
  } catch (error) {
    if (error instanceof RangeError) {
      return problem("truncated-npy", "its data are no whole number of values", SAVE);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return problem("bad-npy", `not a .npy file that can be read: ${reason}`, SAVE);
  }
  const { data, shape, dtype, fortranOrder } = parsed;
  if (fortranOrder && shape.length > 1) {
    return problem(
      "fortran-order",
      "the array is stored in Fortran order, expected C order",
      "save numpy.ascontiguousarray(array)",
    );
  }
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  if (!(data instanceof Uint8Array || isFloat) || dtype.startsWith("c") || dtype === "b1") {
    return problem(
      "unsupported-npy-type",
      `found elements of type ${dtype}, expected f4, f8, f2 or u1`,
      "save array.astype(numpy.float32)",
    );
  }
  if (data.length !== sizeOf(shape)) {
    return problem(
      "truncated-npy",
      `shape ${showSize(shape)} needs ${sizeOf(shape)} values, the file has ${data.length}`,
      "write the file again",
    );
  }
  return success({ values: data, shape });
}
