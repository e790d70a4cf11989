import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, type Result, success } from "../../diagnostics.js";
import type { Graph } from "../../ir/graph.js";
import { elements } from "../../ir/shapes.js";
import { exists } from "../files.js";
import { execute } from "../process.js";
import { encodeInputs } from "../protocol.js";
import { resources } from "../resources.js";
import { withTemporaryFolder } from "../temporary.js";
import { encodeNetwork } from "./network-file.js";

/** A network and a data set for the program in evaluator/, and what more its mode takes. */
export interface EvaluatorJob {
  readonly graph: Graph;
  /** Inputs one after the other, in units of the graph's input. */
  readonly images: Float32Array;
  /** Arguments behind NETWORK INPUTS OUT. */
  readonly words: readonly string[];
  /** Further files that the words name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Runs the evaluator in a mode; what it writes, and each line that it prints meanwhile. */
export async function runEvaluator(
  mode: string,
  { graph, images, words, files = {} }: EvaluatorJob,
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
  return withTemporaryFolder(async (folder) => {
    const length = elements(graph.input.shape);
    const inputs = Array.from({ length: images.length / length }, (_, image) =>
      images.subarray(image * length, (image + 1) * length),
    );
    await writeFile(join(folder, "network.bin"), encodeNetwork(graph));
    await writeFile(join(folder, "inputs.bin"), encodeInputs(inputs, length));
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    const common = ["network.bin", "inputs.bin", "out.bin"];
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
  });
}
