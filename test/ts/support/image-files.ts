import { zipSync } from "fflate";
import { dump, type TypedArray } from "npyjs";
import { PNG } from "pngjs";

export { idxFile } from "../../../scripts/data/idx.js";

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
