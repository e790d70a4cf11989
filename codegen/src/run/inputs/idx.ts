import { failure, type Result, success } from "../../diagnostics.js";
import { drawing, type ImageFile, type InputForm, showSize, sizeOf, wrongSize } from "./image.js";

const UNSIGNED_BYTE = 0x08;
const WRITE_AGAIN = "fetch or write the file again";

/** Whether bytes begin like an IDX file: two zeros, a type, a number of dimensions. */
export function looksLikeIdx(bytes: Uint8Array): boolean {
  const [zero, alsoZero, type = 0, dimensions = 0] = bytes;
  return zero === 0 && alsoZero === 0 && type >= 0x08 && type <= 0x0e && dimensions >= 1;
}

/**
 * Opens an IDX file of 8-bit images [N, H, W], [N, C, H, W] or [N, len]; values become 0..1.
 * The header: two zero bytes, the type, the number of dimensions, then each as a big-endian word.
 */
export function openIdx(path: string, bytes: Uint8Array, form: InputForm): Result<ImageFile> {
  const [, , type, dimensions = 0] = bytes;
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < headerBytes) {
    return failure({
      code: "truncated-idx",
      path,
      message: `its header is cut short: ${bytes.length} bytes of ${headerBytes}`,
      hint: WRITE_AGAIN,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const [count = 0, ...imageShape] = shape;
  if (type !== UNSIGNED_BYTE) {
    return failure({
      code: "unsupported-idx-type",
      path,
      message: `found IDX type 0x${type?.toString(16).padStart(2, "0")}, expected 0x08, unsigned bytes`,
      hint: "store 8-bit images, or use a .npy file of float32",
    });
  }
  if (dimensions === 1) {
    return failure({
      code: "not-images",
      path,
      message: `found a list of ${count} single bytes, expected images`,
      hint: "this looks like the file of labels: give the file of images",
    });
  }
  if (count === 0) {
    return failure({
      code: "empty-idx",
      path,
      message: "found an IDX file of no images",
      hint: "give a file with at least one image",
    });
  }
  if (bytes.length !== headerBytes + sizeOf(shape)) {
    return failure(wrongLength(path, headerBytes + sizeOf(shape), bytes.length, shape));
  }
  if (!fits(imageShape, form)) {
    return failure(wrongSize(path, imageShape, form));
  }
  return success({
    count,
    read: (index) => {
      const start = headerBytes + index * form.length;
      return success({
        name: `${path}#${index}`,
        values: Float32Array.from(bytes.subarray(start, start + form.length), (v) => v / 255),
        ...drawing(imageShape),
      });
    },
  });
}

/** A flat model takes any shape of its length, others their own, with or without one channel. */
function fits(imageShape: readonly number[], form: InputForm): boolean {
  const wanted = form.shape[0] === 1 && imageShape.length === 2 ? form.shape.slice(1) : form.shape;
  return form.shape.length === 1
    ? sizeOf(imageShape) === form.length
    : showSize(imageShape) === showSize(wanted);
}

function wrongLength(path: string, expected: number, found: number, shape: readonly number[]) {
  return {
    code: found < expected ? "truncated-idx" : "overlong-idx",
    path,
    message: `${showSize(shape)} bytes and the header need ${expected} bytes, the file has ${found}`,
    hint: WRITE_AGAIN,
  };
}
