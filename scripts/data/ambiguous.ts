import { readFile } from "node:fs/promises";
import { readNpz } from "../../codegen/src/run/inputs/npz.js";
import type { AmbiguousImages } from "./image-sets.js";

/** The images of a .npz file with x and y as bytes, soft as float32. */
export async function readAmbiguous(path: string): Promise<AmbiguousImages> {
  const arrays = readNpz(path, await readFile(path), ["x", "y", "soft"]);
  if (!arrays.ok) {
    throw new Error(JSON.stringify(arrays.diagnostics));
  }
  const [pixels, drawn, soft] = ["x", "y", "soft"].map((name) => arrays.value.get(name)?.values);
  if (
    !(pixels instanceof Uint8Array && drawn instanceof Uint8Array && soft instanceof Float32Array)
  ) {
    throw new Error(`${path}: expected x and y of bytes, soft of float32`);
  }
  return { pixels, drawn, soft };
}
