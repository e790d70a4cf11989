import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, type Result, success } from "../diagnostics.js";
import type { Generation } from "../generate.js";
import type { Board } from "../target/board.js";
import { buildProgram, type Program } from "./build.js";
import { commandLine, isEmulated } from "./command-line.js";
import type { Footprint } from "./footprint.js";
import type { Image } from "./inputs/image.js";
import { type InstructionCount, parseInstructionCount } from "./instructions.js";
import { execute } from "./process.js";
import { decodeOutputs, encodeInputs, outputBytes, type Prediction } from "./protocol.js";
import { resources } from "./resources.js";
import { withTemporaryFolder } from "./temporary.js";

/** What is wrong with an image, by the runner's exit code: 10 + PFP_E_NONFINITE, PFP_E_RANGE. */
const BAD_IMAGES: ReadonlyMap<number | undefined, { code: string; message: string; hint: string }> =
  new Map([
    [
      15,
      {
        code: "non-finite-input",
        message: "the image holds NaN or infinity",
        hint: "remove it, or mend how it was made",
      },
    ],
    [
      16,
      {
        code: "input-out-of-range",
        message: "its values are so large that the network's numbers overflow",
        hint: "give inputs in the units the network was trained in, 0 to 1 for images",
      },
    ],
  ]);
const POLL_MS = 200;

export interface RunOptions {
  /** Counts instructions where the board is emulated. */
  readonly countInstructions?: boolean;
  /** Told how many images are done, some times a second. */
  readonly onProgress?: (done: number) => void;
}

export interface RunResult {
  /** One an image, in their order. */
  readonly predictions: readonly Prediction[];
  /** Present when asked for and the board is emulated. */
  readonly instructions?: InstructionCount;
  readonly footprint: Footprint;
}

/**
 * Builds a generation called `model` for `board`, predicts all images in one start of the program
 * or emulator, and reads the answers back.
 */
export async function runModel(
  generation: Generation,
  board: Board,
  images: readonly Image[],
  options: RunOptions = {},
): Promise<Result<RunResult>> {
  const program = await buildProgram(generation, board);
  if (!program.ok) {
    return program;
  }
  const usesPlugin = options.countInstructions === true && isEmulated(board);
  if (usesPlugin && (await sizeOf(resources.plugin)) === 0) {
    return failure({
      code: "missing-plugin",
      path: "build/qemu/libicount.so",
      message: "the instruction counter for QEMU is not built",
      hint: `run 'make plugin' in ${resources.root}`,
    });
  }
  return withTemporaryFolder((folder) =>
    predict(folder, program.value, generation, board, images, { ...options, usesPlugin }),
  );
}

async function predict(
  folder: string,
  program: Program,
  { model, report }: Generation,
  board: Board,
  images: readonly Image[],
  options: RunOptions & { readonly usesPlugin: boolean },
): Promise<Result<RunResult>> {
  const inputs = images.map((image) => image.values);
  const outPath = join(folder, "out.bin");
  await writeFile(join(folder, "in.bin"), encodeInputs(inputs, model.input.length));
  const timeoutMs = 30_000 + images.length * (100 + report.multiply_adds / 1000);
  const stopWatching = watchProgress(outPath, (bytes) => {
    const done = Math.floor(images.length * (bytes / outputBytes(images.length, model)));
    options.onProgress?.(done);
  });
  const [command, ...words] = commandLine(
    board,
    program.path,
    ["in.bin", "out.bin"],
    options.usesPlugin ? `${resources.plugin.replaceAll(",", ",,")},out=counts.txt` : undefined,
  );
  const ending = await execute(command, words, { cwd: folder, timeoutMs }).finally(stopWatching);
  if (ending.timedOut) {
    return failure(timedOut(board, images.length, timeoutMs));
  }
  const badImage = BAD_IMAGES.get(ending.code);
  if (badImage !== undefined) {
    const [, index] = /^runner: image (\d+)/m.exec(ending.output) ?? [];
    return failure({ ...badImage, path: images[Number(index)]?.name ?? "--input" });
  }
  const predictions =
    ending.code === 0 ? decodeOutputs(await readFile(outPath), images.length, model) : undefined;
  if (predictions === undefined) {
    throw new Error(`${command} ended with exit code ${ending.code}:\n${ending.output}`);
  }
  const instructions = options.usesPlugin
    ? parseInstructionCount(await readFile(join(folder, "counts.txt"), "utf8"))
    : undefined;
  return success({
    predictions,
    footprint: program.footprint,
    ...(instructions === undefined ? {} : { instructions }),
  });
}

/** Calls `report` with the growing size of a file; returns what ends it. */
function watchProgress(path: string, report: (bytes: number) => void): () => void {
  const timer = setInterval(async () => report(await sizeOf(path)), POLL_MS);
  return () => clearInterval(timer);
}

/** Bytes of a file, 0 when there is none. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function timedOut(board: Board, count: number, timeoutMs: number) {
  return {
    code: "timed-out",
    path: `board ${board.name}`,
    message: `${count} images took longer than ${Math.round(timeoutMs / 1000)} s`,
    hint: "give fewer images with --count, or try again when the computer is less busy",
  };
}
