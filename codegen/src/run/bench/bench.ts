import { readFile } from "node:fs/promises";
import { defaults } from "../../defaults.js";
import { type Diagnostic, failure, type Result, success } from "../../diagnostics.js";
import {
  type Dtype,
  type Kernel,
  MODES,
  type Mode,
  TIERS,
  type Tier,
  type WeightFormat,
} from "../../ir/kernel-table.js";
import { DEFAULT_SAMPLES } from "../../ir/sampling.js";
import type { Board, Tool } from "../../target/board.js";
import { parseKernelList } from "../../target/kernel-list.js";
import { isEmulated } from "../command-line.js";
import { exists } from "../files.js";
import { libraryHint } from "../library.js";
import { prepareModel } from "../prepare.js";
import { resources } from "../resources.js";
import { findTargetBoard } from "../target-board.js";
import { isInstalled, missingTools } from "../tools.js";
import { canEstimate, ESTIMATE_PACKAGE } from "./estimate.js";
import { type Figures, measure } from "./measure.js";
import { type Measured, measuredVariants, type Variant } from "./variants.js";

export interface BenchRequest {
  readonly model: string;
  readonly target: readonly string[];
  /** Of the one target. */
  readonly board?: string;
  /** Default: all. */
  readonly mode?: readonly Mode[];
  /** Default: both. */
  readonly tier?: Tier;
  /** Command of the only compiler; default: all that are installed. */
  readonly compiler?: string;
  readonly points: number;
  /** What the one pass stores its weights as, each in turn; its twins store floats. Default: f32. */
  readonly weights?: readonly WeightFormat[];
  /** What it stores its values as, likewise. */
  readonly activations?: Dtype;
  /** Passes of the sampled twins; default: DEFAULT_SAMPLES. */
  readonly samples?: number;
  /** Sizes of batches; default: one. */
  readonly batch?: readonly number[];
}

/** All figures are those of one input. */
export interface Measurement extends Figures, Variant {
  readonly graph: string;
  readonly target: string;
  readonly board: string;
  readonly compiler: string;
}

/** Figures that could not be measured. */
export interface LeftOut {
  /** What is not there. */
  readonly what: string;
  readonly why: string;
  /** How to get it. */
  readonly hint: string;
}

export interface BenchResult {
  readonly measurements: readonly Measurement[];
  readonly left_out: readonly LeftOut[];
}

/** One program to measure. */
interface Job {
  readonly board: Board;
  readonly compiler: Tool;
  readonly variant: Measured;
}

/**
 * Measures a model for each target by each compiler, in each variant and tier. What this computer
 * cannot measure is left out and told; nothing at all is a failure.
 */
export async function benchModel(
  request: BenchRequest,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<Result<BenchResult>> {
  const boards = await findBoards(request);
  if (!boards.ok) {
    return boards;
  }
  const kernels = parseKernelList(await readFile(resources.kernelList, "utf8"));
  if (!kernels.ok) {
    return kernels;
  }
  const { tier } = request;
  const variants = measuredVariants({
    modes: request.mode ?? MODES,
    tiers: tier === undefined ? TIERS : [tier],
    weights: request.weights ?? [defaults.weights],
    activations: request.activations ?? defaults.activations,
    samples: request.samples ?? DEFAULT_SAMPLES,
    batches: request.batch ?? [1],
  });
  const leftOut: LeftOut[] = [];
  const jobs: Job[] = [];
  for (const board of boards.value) {
    for (const compiler of await usableCompilers(board, request.compiler, leftOut)) {
      jobs.push(...variants.map((variant) => ({ board, compiler, variant })));
    }
  }
  if (jobs.length === 0) {
    return failure(...leftOut.map(asDiagnostic));
  }
  if (jobs.some(({ board }) => isEmulated(board)) && !canEstimate()) {
    leftOut.push({
      what: "cycle estimates",
      why: "there is no llvm-mca-19 or llvm-objdump-19 in PATH",
      hint: `apt-get install ${ESTIMATE_PACKAGE}`,
    });
  }
  const measurements: Measurement[] = [];
  for (const [index, job] of jobs.entries()) {
    onProgress(index, jobs.length);
    const measured = await runJob(request, job, kernels.value);
    if (measured.ok) {
      measurements.push(measured.value);
    } else if (isTwin(job.variant)) {
      leftOut.push(...measured.diagnostics.map((problem) => withoutTwin(job, problem)));
    } else {
      return measured;
    }
  }
  return success({ measurements, left_out: leftOut });
}

async function findBoards({ target, board }: BenchRequest): Promise<Result<Board[]>> {
  const names = [...new Set(target)];
  if (board !== undefined && names.length > 1) {
    return failure({
      code: "usage",
      path: "--board",
      message: `one board cannot stand for ${names.length} targets`,
      hint: "give one --target with it",
    });
  }
  const boards: Board[] = [];
  const problems: Diagnostic[] = [];
  for (const name of names) {
    const found = await findTargetBoard(name, board);
    if (found.ok) {
      boards.push(found.value.board);
    } else {
      problems.push(...found.diagnostics);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(boards);
}

/** The board's compilers that can be measured with; tells what is left out. */
async function usableCompilers(
  board: Board,
  wanted: string | undefined,
  leftOut: LeftOut[],
): Promise<Tool[]> {
  const leave = (what: string, why: string, hint: string) => leftOut.push({ what, why, hint });
  const missing = missingTools(board);
  const [first] = missing;
  if (first !== undefined) {
    leave(board.target, missing.map(({ message }) => message).join("; "), first.hint);
    return [];
  }
  if (isEmulated(board) && !(await exists(resources.plugin))) {
    leave(
      `instructions on ${board.target}`,
      "the instruction counter for QEMU is not built",
      `run 'make plugin' in ${resources.root}`,
    );
    return [];
  }
  const chosen = board.compilers.filter(({ cc }) => wanted === undefined || cc === wanted);
  if (chosen.length === 0) {
    const names = board.compilers.map(({ cc }) => cc).join(" and ");
    leave(`${wanted} on ${board.target}`, `board ${board.name} has ${names}`, "name one of these");
  }
  const usable: Tool[] = [];
  const main = board.compilers.find(({ cc }) => isInstalled(cc));
  for (const compiler of chosen) {
    const what = `${compiler.cc} on ${board.target}`;
    const library = {
      target: board.target,
      ...(compiler.cc === main?.cc ? {} : { compiler: compiler.cc }),
    };
    if (!isInstalled(compiler.cc)) {
      leave(what, `there is no ${compiler.cc} in PATH`, `apt-get install ${compiler.package}`);
    } else if (!(await exists(resources.library(library)))) {
      leave(what, "its pfp library is not built", libraryHint(library));
    } else {
      usable.push(compiler);
    }
  }
  return usable;
}

async function runJob(
  { model, points }: BenchRequest,
  { board, compiler, variant: { options, ...variant } }: Job,
  kernels: readonly Kernel[],
): Promise<Result<Measurement>> {
  const prepared = await prepareModel({
    ...defaults,
    points,
    model,
    target: board.target,
    board: board.name,
    ...options,
  });
  if (!prepared.ok) {
    return prepared;
  }
  const { generation } = prepared.value;
  const figures = await measure(generation, board, compiler, kernels);
  return figures.ok
    ? success({
        graph: generation.report.graph,
        ...variant,
        target: board.target,
        board: board.name,
        compiler: compiler.cc,
        ...figures.value,
      })
    : figures;
}

/** A model of which the twin cannot be made, such as one too large to draw beforehand, has others. */
function isTwin({ options }: Measured): boolean {
  return options.mode === "sampled";
}

function withoutTwin({ variant, board }: Job, { message, hint }: Diagnostic): LeftOut {
  return { what: `${variant.variant} on ${board.target}`, why: message, hint };
}

function asDiagnostic({ what, why, hint }: LeftOut): Diagnostic {
  return { code: "cannot-measure", path: what, message: why, hint };
}
