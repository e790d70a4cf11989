/** The figures that tests hold: instructions and sizes, the same on every computer. */
import { variantName } from "../codegen/src/run/bench/variants.js";
import { findCompiler } from "../codegen/src/run/tools.js";
import { targets } from "../codegen/src/target/targets.js";
import { compareVariants, MODELS } from "./bench-models.js";
import { BOARDS, countKernels, readBoard } from "./kernel-counts.js";

/** Boards on which the tests measure whole models, an in-order core of each kind. */
export const TESTED_BOARDS: readonly string[] = ["linux-a53", "mps3-an547"];

export interface KernelFigures {
  /** Instructions of a call by the numbers of its shape, `400 120 1`; the first stands for all. */
  readonly workloads: { readonly [numbers: string]: number };
}

export interface ModelFigures {
  readonly instructions: number;
  readonly code_bytes: number;
  readonly weight_bytes: number;
  readonly arena_bytes: number;
}

export interface TargetFigures {
  readonly compiler: string;
  readonly kernels: { readonly [symbol: string]: KernelFigures };
  /** By model, variant and tier; none where they were not measured. */
  readonly models: { readonly [name: string]: ModelFigures };
}

export interface Figures {
  readonly [target: string]: TargetFigures;
}

/** Measures the kernels of every target anew, each by the first compiler of its board. */
export function measureKernels(): Figures {
  return Object.fromEntries(
    BOARDS.map((name) => {
      const board = readBoard(name);
      const compiler = findCompiler(board);
      if (!compiler.ok) {
        throw new Error(JSON.stringify(compiler.diagnostics));
      }
      const kernels = kernelFigures(name);
      return [board.target, { compiler: compiler.value.cc, kernels, models: {} }];
    }),
  );
}

/**
 * Adds the models to `figures`, of the targets of `boards`. The generator chooses their kernels by
 * runtime-c/costs.json.
 */
export async function measureModels(
  figures: Figures,
  boards: readonly string[] = BOARDS,
): Promise<Figures> {
  const added: Record<string, TargetFigures> = { ...figures };
  for (const { target } of boards.map(readBoard)) {
    const entry = figures[target];
    if (entry !== undefined) {
      added[target] = { ...entry, models: await modelFigures(target, entry.compiler) };
    }
  }
  return added;
}

function kernelFigures(board: string): TargetFigures["kernels"] {
  const kernels: Record<string, KernelFigures> = {};
  for (const { symbol, numbers, cost } of countKernels(board)) {
    kernels[symbol] = { workloads: { ...kernels[symbol]?.workloads, [numbers]: cost } };
  }
  return kernels;
}

async function modelFigures(name: string, compiler: string): Promise<TargetFigures["models"]> {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) {
    throw new Error(`no target ${name}`);
  }
  const models: Record<string, ModelFigures> = {};
  for (const model of MODELS) {
    for (const result of await compareVariants(model, target, { compiler })) {
      if (!result.ok) {
        throw new Error(JSON.stringify(result.diagnostics));
      }
      for (const measurement of result.value.measurements) {
        const { total, code_bytes, weight_bytes, arena_bytes } = measurement;
        const figures = { instructions: total, code_bytes, weight_bytes, arena_bytes };
        models[`${model} ${variantName(measurement)}`] = figures;
      }
    }
  }
  return models;
}
