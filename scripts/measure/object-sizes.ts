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
import type { Tool } from "../../codegen/src/target/board.js";
import { parseKernelList } from "../../codegen/src/target/kernel-list.js";
import { findTarget, kernelTable, targets } from "../../codegen/src/target/targets.js";

export const targetNames = targets.map(({ name }) => name);

/** Bytes of code and of stack. */
export interface Size {
  readonly code: number;
  readonly stack: number;
}

/** Models whose model_predict is measured; the largest counts. */
const MODELS = ["models/lenet5.safetensors", "models/mlp.safetensors"];

/** Sizes by symbol, of the kernels a target may use, or some of them, and of model_predict. */
export async function measureSizes(
  targetName: string,
  isWanted: (symbol: string) => boolean = () => true,
): Promise<Record<string, Size>> {
  const target = unwrap(findTarget(targetName));
  const { compilers } = unwrap(await loadBoard(target.board));
  const list = readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8");
  const { kernels } = kernelTable(target, unwrap(parseKernelList(list)));
  const folder = `build/sizes/${targetName}`;
  mkdirSync(folder, { recursive: true });
  const sizes: Record<string, Size> = {};
  for (const kernel of kernels.filter(({ symbol }) => isWanted(symbol))) {
    sizes[kernel.symbol] = sizeOf(compilers, sourceOf(kernel), folder);
  }
  for (const model of MODELS) {
    const prepared = await prepareModel({ ...defaults, model, target: targetName });
    for (const { name, content } of unwrap(prepared).generation.files) {
      writeFileSync(join(folder, name), content);
    }
    const size = sizeOf(compilers, join(folder, "model.c"), folder);
    sizes.model_predict = larger(sizes.model_predict ?? size, size);
  }
  return sizes;
}

function sourceOf({ op, symbol }: Kernel): string {
  return `runtime-c/src/kernels/${op}/${symbol}.c`;
}

function larger(a: Size, b: Size): Size {
  return { code: Math.max(a.code, b.code), stack: Math.max(a.stack, b.stack) };
}

function sizeOf(compilers: readonly Tool[], source: string, folder: string): Size {
  const sizes = compilers.map((compiler) => compile(compiler, source, folder));
  return {
    code: sizes[0]?.code ?? Number.NaN,
    stack: Math.max(...sizes.map(({ stack }) => stack)),
  };
}

function compile({ cc, flags }: Tool, source: string, folder: string): Size {
  const object = join(folder, "object.o");
  const include = ["-Iruntime-c/include", "-Iruntime-c/src", `-I${folder}`];
  const all = [...flags, ...COMPILE_FLAGS, "-DNDEBUG", "-fstack-usage", ...include];
  const { status, stderr, error } = spawnSync(cc, [...all, "-c", source, "-o", object], {
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${cc} ${source}: ${error?.message ?? stderr}`);
  }
  const code = elfSections(readFileSync(object))
    .filter(({ name, executable }) => executable || name.startsWith(".rodata"))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return { code, stack: stackUsage(readFileSync(join(folder, "object.su"), "utf8"), source) };
}

/** The sum over the lines `file:line:function<tab>bytes<tab>static`. */
function stackUsage(text: string, source: string): number {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .reduce((sum, line) => {
      const [, bytes = "", kind = ""] = line.split("\t");
      if (!(/^\d+$/.test(bytes) && /^(static|dynamic,bounded)$/.test(kind))) {
        throw new Error(`${source}: no fixed stack: ${line}`);
      }
      return sum + Number(bytes);
    }, 0);
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.diagnostics));
  }
  return result.value;
}
