import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../codegen/src/diagnostics.js";
import { defaults } from "../../codegen/src/generate.js";
import type { Kernel } from "../../codegen/src/ir/kernel-table.js";
import { loadBoard } from "../../codegen/src/run/boards.js";
import { COMPILE_FLAGS } from "../../codegen/src/run/compile-flags.js";
import { elfSections } from "../../codegen/src/run/elf.js";
import { prepareModel } from "../../codegen/src/run/prepare.js";
import { findCompiler } from "../../codegen/src/run/tools.js";
import type { Board, Tool } from "../../codegen/src/target/board.js";
import { parseKernelList } from "../../codegen/src/target/kernel-list.js";
import { findTarget, kernelTable, targets } from "../../codegen/src/target/targets.js";
import { stackUsage } from "./stack-usage.js";

export const targetNames = targets.map(({ name }) => name);

/** Bytes of code and of stack. */
export interface Size {
  readonly code: number;
  readonly stack: number;
}

/** Models whose model_predict is measured; the largest counts. */
const MODELS = ["models/lenet5.safetensors", "models/mlp.safetensors"];

/**
 * Sizes by symbol, of the kernels a target may use and of model_predict.
 *
 * @param byAll whether a kernel is to be built by the board's other compilers than its main one
 */
export async function measureSizes(
  targetName: string,
  byAll: (symbol: string) => boolean = () => true,
): Promise<Record<string, Size>> {
  const target = unwrap(findTarget(targetName));
  const board = unwrap(await loadBoard(target.board));
  const list = readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8");
  const { kernels } = kernelTable(target, unwrap(parseKernelList(list)));
  return {
    ...kernelSizes(board, kernels, byAll),
    model_predict: await modelSize(board),
  };
}

/** Those of the library's own objects, which make brings up to date. */
function kernelSizes(
  board: Board,
  kernels: readonly Kernel[],
  byAll: (symbol: string) => boolean,
): Record<string, Size> {
  const sizes: Record<string, Size[]> = {};
  for (const { cc } of board.compilers) {
    const isMain = cc === unwrap(findCompiler(board)).cc;
    const folder = `build/${board.target}${isMain ? "" : `-${cc}`}/objects/runtime-c/src/kernels`;
    const wanted = kernels.filter(({ symbol }) => isMain || byAll(symbol));
    const objects = wanted.map(({ op, symbol }) => ({
      symbol,
      path: `${folder}/${op}/${symbol}.o`,
    }));
    const variables = [`BOARD=${board.name}`, ...(isMain ? [] : [`COMPILER=${cc}`])];
    const goals = objects.map(({ path }) => path);
    command("make", ["-s", "-j2", "-f", "scripts/c.mk", ...variables, ...goals]);
    for (const { symbol, path } of objects) {
      sizes[symbol] = [...(sizes[symbol] ?? []), readSize(path)];
    }
  }
  return Object.fromEntries(
    Object.entries(sizes).map(([symbol, byCompiler]) => [symbol, sizeOf(byCompiler)]),
  );
}

/** That of the generated models' own code, of the largest of them. */
async function modelSize(board: Board): Promise<Size> {
  const folder = `build/sizes/${board.target}`;
  mkdirSync(folder, { recursive: true });
  const sizes: Size[] = [];
  for (const model of MODELS) {
    const prepared = unwrap(await prepareModel({ ...defaults, model, target: board.target }));
    for (const { name, content } of prepared.generation.files) {
      writeFileSync(join(folder, name), content);
    }
    sizes.push(sizeOf(board.compilers.map((compiler) => compileModel(compiler, folder))));
  }
  return {
    code: Math.max(...sizes.map(({ code }) => code)),
    stack: Math.max(...sizes.map(({ stack }) => stack)),
  };
}

function compileModel({ cc, flags }: Tool, folder: string): Size {
  const object = join(folder, "model.o");
  const all = [...flags, ...COMPILE_FLAGS, "-DNDEBUG", "-fstack-usage", "-Iruntime-c/include"];
  command(cc, [...all, "-c", join(folder, "model.c"), "-o", object]);
  return readSize(object);
}

/** The code of the board's first compiler, the stack of the worst. */
function sizeOf(byCompiler: readonly Size[]): Size {
  return {
    code: byCompiler[0]?.code ?? Number.NaN,
    stack: Math.max(...byCompiler.map(({ stack }) => stack)),
  };
}

function readSize(object: string): Size {
  const code = elfSections(readFileSync(object))
    .filter(({ name, executable }) => executable || name.startsWith(".rodata"))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return { code, stack: stackUsage(object.replace(/\.o$/, ".su")) };
}

function command(name: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(name, words, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`${name} ${words.join(" ")}: ${error?.message ?? stderr}`);
  }
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.diagnostics));
  }
  return result.value;
}
