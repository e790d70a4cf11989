import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeInputs } from "../protocol.js";
import { withTemporaryFolder } from "../temporary.js";

/** Inputs in a file that the evaluator reads, for many runs of it. */
export interface StoredInputs {
  readonly path: string;
  readonly count: number;
}

/** Inputs of a network: one after the other in units of the graph's input, or in a file already. */
export type Inputs = Float32Array | StoredInputs;

/** Calls `work` with a file of these inputs of `length` numbers each, and removes it afterwards. */
export function withStoredInputs<T>(
  inputs: Inputs,
  length: number,
  work: (stored: StoredInputs) => Promise<T>,
): Promise<T> {
  if (!(inputs instanceof Float32Array)) {
    return work(inputs);
  }
  const count = inputs.length / length;
  const rows = Array.from({ length: count }, (_, row) =>
    inputs.subarray(row * length, (row + 1) * length),
  );
  return withTemporaryFolder(async (folder) => {
    const path = join(folder, "inputs.bin");
    await writeFile(path, encodeInputs(rows, length));
    return work({ path, count });
  });
}
