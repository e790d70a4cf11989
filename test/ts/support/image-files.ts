import { zipSync } from "fflate";
import { dump, type TypedArray } from "npyjs";
import { PNG } from "pngjs";

/** An IDX file: two zeros, the type, the number of dimensions, each dimension, the data. */
export function idxFile(shape: readonly number[], data: Uint8Array, type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  shape.forEach((extent, i) => {
    view.setUint32(4 + 4 * i, extent);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

export function npyFile(shape: readonly number[], data: TypedArray): Uint8Array {
  return new Uint8Array(dump(data, [...shape]));
}

/** A PNG from red, green, blue, alpha bytes; colour type 0 grey, 2 RGB, 6 RGBA. */
export function pngFile(
  height: number,
  width: number,
  rgba: readonly number[],
  colorType: 0 | 2 | 6,
): Uint8Array {
  const png = new PNG({ width, height });
  png.data.set(rgba);
  return PNG.sync.write(png, { colorType });
}

/** A .npz file as numpy.savez_compressed writes it, of .npy files by name. */
export function npzFile(arrays: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 6) {
  const entries = Object.entries(arrays).map(([name, npy]) => [`${name}.npy`, npy] as const);
  return zipSync(Object.fromEntries(entries), { level });
}
