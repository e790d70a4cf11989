import { failure, type Result, success } from "../../diagnostics.js";
import { drawing, type ImageFile, type InputForm, showSize, sizeOf, wrongSize } from "./image.js";
import { type NpyArray, readNpyArray, unsupported } from "./npy-array.js";

/** Opens a .npy file of one image or several. */
export function openNpy(path: string, bytes: Uint8Array, form: InputForm): Result<ImageFile> {
  const array = readNpyArray(path, bytes);
  return array.ok ? imagesOf(path, array.value, form) : array;
}

/**
 * The images of an array: one of the model's shape, or [N, ...]; a single channel may be left out,
 * and a flat model takes any shape of its length. Floats are taken as they are, in the units of
 * the graph; bytes are 8-bit images and become 0..1.
 */
export function imagesOf(path: string, array: NpyArray, form: InputForm): Result<ImageFile> {
  const { values, shape, dtype } = array;
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  if (!(values instanceof Uint8Array || isFloat)) {
    const [code, message, hint] = unsupported(dtype, "f4, f8, f2 or u1");
    return failure({ code, path, message, hint });
  }
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
