import { zipSync } from "fflate";
import { dump, type TypedArray } from "npyjs";

/** Numbers in C order. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: TypedArray;
}

/** Of every file, so that the same arrays make the same bytes. A zip knows no earlier year. */
const WRITTEN = "1980-01-02";

/** A file for `numpy.load`: a zip of one .npy for each name. Stored as they are, for speed. */
export function npzFile(arrays: Readonly<Record<string, NumberArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, { shape, values }]) => [
    `${name}.npy`,
    new Uint8Array(dump(values, [...shape])),
  ]);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: WRITTEN });
}
