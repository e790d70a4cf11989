import { parse } from "npyjs";
import { failure, type Result, success } from "../../diagnostics.js";
import { showSize, sizeOf } from "./image.js";

/** The numbers of an array in C order. Halves come as floats. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array;

export interface NpyArray {
  readonly values: Numbers;
  readonly shape: readonly number[];
  /** As numpy names it, such as f4. */
  readonly dtype: string;
}

const MAGIC = "\x93NUMPY";
const SAVE = "write it again with numpy.save, as little-endian float32";

/** Reads a .npy file of numbers; complex ones, truth values and texts are refused. */
export function readNpyArray(path: string, bytes: Uint8Array): Result<NpyArray> {
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
  if (!ArrayBuffer.isView(data) || dtype.startsWith("c")) {
    return problem(...unsupported(dtype, "numbers"));
  }
  const values = data as Numbers;
  if (values.length !== sizeOf(shape)) {
    return problem(
      "truncated-npy",
      `shape ${showSize(shape)} needs ${sizeOf(shape)} values, the file has ${values.length}`,
      "write the file again",
    );
  }
  return success({ values, shape, dtype });
}

/** Code, message and hint for elements that cannot be used. */
export function unsupported(dtype: string, expected: string) {
  return [
    "unsupported-npy-type",
    `found elements of type ${dtype}, expected ${expected}`,
    "save array.astype(numpy.float32)",
  ] as const;
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
