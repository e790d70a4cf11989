/** The figures that tests hold: instructions, stack and sizes, the same on every computer. */
import { readFileSync } from "node:fs";
import { defaults } from "../codegen/src/defaults.js";
import type { Kernel } from "../codegen/src/ir/kernel-table.js";
import { benchModel } from "../codegen/src/run/bench/bench.js";
import { variantName } from "../codegen/src/run/bench/variants.js";
import { findCompiler } from "../codegen/src/run/tools.js";
import { parseKernelList } from "../codegen/src/target/kernel-list.js";
import { stackUsage } from "../scripts/measure/stack-usage.js";
import { BOARDS, countKernels, readBoard } from "./kernel-counts.js";

export const MODELS = ["lenet5", "mlp"] as const;

/** Boards on which the tests measure whole models, an in-order core of each kind. */
export const TESTED_BOARDS: readonly string[] = ["linux-a53", "mps3-an547"];

export interface KernelFigures {
  readonly stack_bytes: number;
  /** By shape and unit of work, e.g. `400-120, per weight`; the first stands for the kernel. */
  readonly workloads: {
    readonly [name: string]: { readonly instructions: number; readonly work: number };
  };
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

export function readKernelList(): readonly Kernel[] {
  const list = parseKernelList(readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8"));
  if (!list.ok) {
    throw new Error(JSON.stringify(list.diagnostics));
  }
  return list.value;
}

/**
 * Measures kernels anew, each target by the first compiler of its board, and on some boards models.
 */
export async function measureFigures(modelBoards: readonly string[] = BOARDS): Promise<Figures> {
  const figures: Record<string, TargetFigures> = {};
  for (const name of BOARDS) {
    const board = readBoard(name);
    const compiler = findCompiler(board);
    if (!compiler.ok) {
      throw new Error(JSON.stringify(compiler.diagnostics));
    }
    figures[board.target] = {
      compiler: compiler.value.cc,
      kernels: kernelFigures(name, board.target),
      models: modelBoards.includes(name) ? await modelFigures(board.target, compiler.value.cc) : {},
    };
  }
  return figures;
}

function kernelFigures(board: string, target: string): TargetFigures["kernels"] {
  const counts = countKernels(board);
  const objects = `build/${target}/objects/runtime-c/src/kernels`;
  const ops = new Map(readKernelList().map(({ symbol, op }) => [symbol, op]));
  const kernels: Record<string, KernelFigures> = {};
  for (const { symbol, shape, instructions, work, unit } of counts) {
    kernels[symbol] = {
      stack_bytes: stackUsage(`${objects}/${ops.get(symbol)}/${symbol}.su`),
      workloads: {
        ...kernels[symbol]?.workloads,
        [`${shape}, per ${unit}`]: { instructions, work },
      },
    };
  }
  return kernels;
}

async function modelFigures(target: string, compiler: string): Promise<TargetFigures["models"]> {
  const models: Record<string, ModelFigures> = {};
  for (const model of MODELS) {
    const path = `models/${model}.safetensors`;
    const result = await benchModel({
      model: path,
      target: [target],
      compiler,
      points: defaults.points,
    });
    if (!result.ok) {
      throw new Error(JSON.stringify(result.diagnostics));
    }
    for (const measurement of result.value.measurements) {
      const { total, code_bytes, weight_bytes, arena_bytes } = measurement;
      const name = `${model} ${variantName(measurement)}`;
      models[name] = { instructions: total, code_bytes, weight_bytes, arena_bytes };
    }
  }
  return models;
}
