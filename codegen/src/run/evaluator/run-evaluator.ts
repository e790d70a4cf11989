import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, type Result, success } from "../../diagnostics.js";
import type { Graph } from "../../ir/graph.js";
import { elements } from "../../ir/shapes.js";
import { exists } from "../files.js";
import { execute } from "../process.js";
import { resources } from "../resources.js";
import { withTemporaryFolder } from "../temporary.js";
import { encodeNetwork } from "./network-file.js";
import { type Inputs, type StoredInputs, withStoredInputs } from "./stored-inputs.js";

/** A network and a data set for the program in evaluator/, and what more its mode takes. */
export interface EvaluatorJob {
  readonly graph: Graph;
  readonly inputs: Inputs;
  /** Arguments behind NETWORK INPUTS OUT. */
  readonly words: readonly string[];
  /** Further files that the words name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Runs the evaluator in a mode; what it writes, and each line that it prints meanwhile. */
export async function runEvaluator(
  mode: string,
  { graph, inputs, words, files = {} }: EvaluatorJob,
  onLine: (line: string) => void = () => {},
): Promise<Result<ArrayBuffer>> {
  if (!(await exists(resources.evaluator))) {
    return failure({
      code: "missing-evaluator",
      path: "build/host/evaluator",
      message: "the program that samples a network on this computer is not built",
      hint: `run 'make evaluator' in ${resources.root}`,
    });
  }
  const length = elements(graph.input.shape);
  return withStoredInputs(inputs, length, (stored) =>
    withTemporaryFolder((folder) => runIn(folder, mode, stored, { graph, words, files }, onLine)),
  );
}

async function runIn(
  folder: string,
  mode: string,
  inputs: StoredInputs,
  { graph, words, files = {} }: Omit<EvaluatorJob, "inputs">,
  onLine: (line: string) => void,
): Promise<Result<ArrayBuffer>> {
  await writeFile(join(folder, "network.bin"), encodeNetwork(graph));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
  }
  const common = ["network.bin", inputs.path, "out.bin"];
  const ending = await execute(resources.evaluator, [mode, ...common, ...words], {
    cwd: folder,
    onLine,
  });
  if (ending.code !== 0) {
    throw new Error(`the evaluator ended with exit code ${ending.code}:\n${ending.output}`);
  }
  const written = await readFile(join(folder, "out.bin"));
  const { buffer, byteOffset, byteLength } = written;
  return success(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}
