import { unzipSync } from "fflate";
import { counted, failure, type Result, success } from "../../diagnostics.js";
import type { ImageFile, InputForm } from "./image.js";
import { imagesOf } from "./npy.js";
import { type NpyArray, readNpyArray } from "./npy-array.js";

/** More than any data set that an evaluation on a workstation holds in memory. */
const MOST_BYTES = 4e9;

const WRITE_AGAIN = "write it again with numpy.savez";

/** Whether bytes begin like a zip file, as .npz is, an empty one too. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  return magic === "PK\x03\x04" || magic === "PK\x05\x06";
}

/**
 * The arrays of a .npz file that are wanted and there, by name. The others stay packed.
 *
 * @param path of the file, for problems
 */
export function readNpz(
  path: string,
  bytes: Uint8Array,
  wanted: readonly string[],
): Result<ReadonlyMap<string, NpyArray>> {
  const problem = (code: string, message: string, hint = WRITE_AGAIN) =>
    failure({ code, path, message, hint });
  if (!looksLikeZip(bytes)) {
    return problem("not-a-zip", "not a .npz file: it does not begin like a zip file");
  }
  let unpacked: Record<string, Uint8Array>;
  let size = 0;
  try {
    unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        const use = wanted.some((one) => name === `${one}.npy`);
        size += use ? originalSize : 0;
        return use && size <= MOST_BYTES;
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problem("bad-npz", `a zip file that is cut short or damaged: ${reason}`);
  }
  if (size > MOST_BYTES) {
    const hint = "split it, and evaluate the parts";
    return problem("too-large", `its arrays take ${size} bytes, at most ${MOST_BYTES} fit`, hint);
  }
  const arrays = new Map<string, NpyArray>();
  for (const [entry, content] of Object.entries(unpacked)) {
    const array = readNpyArray(`${path}: ${entry}`, content);
    if (!array.ok) {
      return array;
    }
    arrays.set(entry.replace(/\.npy$/, ""), array.value);
  }
  return success(arrays);
}

/** Opens the images `x` of a .npz file. */
export function openNpz(path: string, bytes: Uint8Array, form: InputForm): Result<ImageFile> {
  const arrays = readNpz(path, bytes, ["x"]);
  if (!arrays.ok) {
    return arrays;
  }
  const x = arrays.value.get("x");
  return x === undefined ? failure(missingArray(path, "x", "the inputs")) : imagesOf(path, x, form);
}

/** The problem with a file that lacks an array. */
export function missingArray(path: string, name: string, what: string) {
  return {
    code: "missing-array",
    path,
    message: `it has no array '${name}', which is ${what}`,
    hint: "write it with numpy.savez(path, x=x, y=y), see docs/evaluation.md",
  };
}

/** The problem with an array that has not one row for each input. */
export function wrongRows(path: string, name: string, rows: number | undefined, inputs: number) {
  return {
    code: "wrong-length",
    path: `${path}: ${name}`,
    message: `it has ${counted(rows ?? 0, "row")}, for ${counted(inputs, "input")}`,
    hint: "give one row for each input",
  };
}
