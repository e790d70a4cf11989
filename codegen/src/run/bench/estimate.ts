import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../process.js";
import { isInstalled } from "../tools.js";

const ANALYSER = "llvm-mca-19";
const DISASSEMBLER = "llvm-objdump-19";

/** The package that brings both. */
export const ESTIMATE_PACKAGE = "llvm-19";

/** llvm-mca's model of each target's pipeline, where it has one that comes near. */
const PIPELINES: ReadonlyMap<string, { readonly triple: string; readonly cpu: string }> = new Map([
  ["cortex-a53", { triple: "aarch64", cpu: "cortex-a53" }],
  ["cortex-a72", { triple: "aarch64", cpu: "cortex-a72" }],
  ["cortex-a76", { triple: "aarch64", cpu: "neoverse-n1" }],
  ["cortex-m4", { triple: "thumbv7em-none-eabihf", cpu: "cortex-m4" }],
  ["cortex-m7", { triple: "thumbv7em-none-eabihf", cpu: "cortex-m7" }],
  ["cortex-m55", { triple: "thumbv8.1m.main-none-eabihf", cpu: "cortex-m55" }],
]);

export function canEstimate(): boolean {
  return isInstalled(ANALYSER) && isInstalled(DISASSEMBLER);
}

/** One instruction of a program and how often it ran. */
export interface Executed {
  readonly text: string;
  readonly times: number;
  /** Address of the function that it calls. */
  readonly calls?: string;
}

/** A function of a program. */
export interface Listed {
  readonly name: string;
  readonly address: string;
  readonly instructions: readonly Executed[];
}

/**
 * Estimated cycles an instruction of each kernel: llvm-mca's figure for the kernel's hot loop, as
 * if all data stood in the first cache. Kernels without a figure are left out.
 *
 * @param counts what libicount.so wrote with addresses=on
 */
export async function cyclesPerInstruction(request: {
  readonly target: string;
  readonly program: string;
  readonly kernels: readonly string[];
  readonly counts: string;
  readonly folder: string;
}): Promise<Map<string, number>> {
  const { target, program, kernels, counts, folder } = request;
  const pipeline = PIPELINES.get(target);
  const cycles = new Map<string, number>();
  if (pipeline === undefined || !canEstimate()) {
    return cycles;
  }
  const { triple, cpu } = pipeline;
  const times = new Map(
    [...counts.matchAll(/^address ([0-9a-f]+) (\d+)$/gm)].map(
      ([, address = "", n]) => [address, Number(n)] as const,
    ),
  );
  const listing = await execute(
    DISASSEMBLER,
    ["-d", "--no-show-raw-insn", `--mcpu=${cpu}`, program],
    { cwd: folder },
  );
  const functions = parseListing(listing.output, times);
  for (const kernel of new Set(kernels)) {
    const loop = hotLoop(withCallees(kernel, functions));
    if (loop.length === 0) {
      continue;
    }
    const path = join(folder, "loop.s");
    const syntax = triple.startsWith("thumb") ? [".syntax unified", ".thumb"] : [];
    await writeFile(path, [...syntax, ".Lloop:", ...loop, ""].join("\n"));
    const analysis = await execute(
      ANALYSER,
      [
        `-mtriple=${triple}`,
        `-mcpu=${cpu}`,
        "-skip-unsupported-instructions=lack-sched",
        "-iterations=100",
        "-instruction-info=0",
        "-resource-pressure=0",
        path,
      ],
      { cwd: folder },
    );
    const figure = (name: string) =>
      Number(new RegExp(`^${name}: +(\\d+)$`, "m").exec(analysis.output)?.[1]);
    const perInstruction = figure("Total Cycles") / figure("Instructions");
    if (Number.isFinite(perInstruction)) {
      cycles.set(kernel, perInstruction);
    }
  }
  return cycles;
}

/** The functions of a disassembly, branches and literals to one label, with their counts. */
export function parseListing(text: string, times: ReadonlyMap<string, number>): Listed[] {
  const parts = text.split(/^(?=[0-9a-f]+ <.*>:$)/m);
  return parts.flatMap((part) => {
    const [, address, name] = /^0*([0-9a-f]+) <(.*)>:$/m.exec(part) ?? [];
    return address === undefined || name === undefined
      ? []
      : [{ name, address, instructions: parseInstructions(part, times) }];
  });
}

function parseInstructions(text: string, times: ReadonlyMap<string, number>): Executed[] {
  return [...text.matchAll(/^ *([0-9a-f]+): *\t(.*)$/gm)].map(
    ([, address = "", instruction = ""]) => {
      const calls = /^blx?\t#?0x([0-9a-f]+)/.exec(instruction)?.[1];
      return {
        text: instruction
          .replace(/(#?0x[0-9a-f]+|\[pc, #-?(0x)?[0-9a-f]+\]) *(@ [^<]*)?<[^>]*>.*$/, ".Lloop")
          .replace(/ *(@|\/\/).*$/, "")
          .replaceAll("\t", " "),
        times: times.get(address) ?? 0,
        ...(calls === undefined ? {} : { calls }),
      };
    },
  );
}

/** The function `name` and all that it calls. */
export function withCallees(name: string, functions: readonly Listed[]): Listed[] {
  const byAddress = new Map(functions.map((one) => [one.address, one]));
  const found = new Set(functions.filter((one) => one.name === name));
  for (const { instructions } of found) {
    for (const { calls = "" } of instructions) {
      const callee = byAddress.get(calls);
      if (callee !== undefined) {
        found.add(callee);
      }
    }
  }
  return [...found];
}

/** The straight run of instructions without calls that was executed most, all equally often. */
export function hotLoop(functions: readonly Listed[]): string[] {
  let best: readonly Executed[] = [];
  const weight = (run: readonly Executed[]) => (run[0]?.times ?? 0) * run.length;
  for (const run of functions.flatMap(({ instructions }) => straightRuns(instructions))) {
    best = weight(run) > weight(best) ? run : best;
  }
  return best.map(({ text }) => text);
}

function straightRuns(instructions: readonly Executed[]): Executed[][] {
  const runs: Executed[][] = [];
  let previous: Executed | undefined;
  for (const instruction of instructions) {
    if (previous === undefined || isCall(previous) || previous.times !== instruction.times) {
      runs.push([]);
    }
    if (!isCall(instruction)) {
      runs.at(-1)?.push(instruction);
    }
    previous = instruction;
  }
  return runs;
}

function isCall({ text }: Executed): boolean {
  return /^(bl|blr|blx) /.test(text);
}
