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
  for (const kernel of new Set(kernels)) {
    const listing = await execute(
      DISASSEMBLER,
      ["-d", "--no-show-raw-insn", `--mcpu=${cpu}`, `--disassemble-symbols=${kernel}`, program],
      { cwd: folder },
    );
    const loop = hotLoop(parseListing(listing.output, times));
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

/** The instructions of a disassembly, branches and literals to one label, with their counts. */
export function parseListing(text: string, times: ReadonlyMap<string, number>): Executed[] {
  return [...text.matchAll(/^ *([0-9a-f]+): *\t(.*)$/gm)].map(
    ([, address = "", instruction = ""]) => ({
      text: instruction
        .replace(/(#?0x[0-9a-f]+|\[pc, #-?(0x)?[0-9a-f]+\]) *(@ [^<]*)?<[^>]*>.*$/, ".Lloop")
        .replace(/ *(@|\/\/).*$/, "")
        .replaceAll("\t", " "),
      times: times.get(address) ?? 0,
    }),
  );
}

/** The straight run of instructions that was executed most, all equally often. */
export function hotLoop(instructions: readonly Executed[]): string[] {
  let best: readonly Executed[] = [];
  const weight = (run: readonly Executed[]) => (run[0]?.times ?? 0) * run.length;
  for (let start = 0; start < instructions.length; ) {
    let end = start + 1;
    while (end < instructions.length && instructions[end]?.times === instructions[start]?.times) {
      end++;
    }
    const run = instructions.slice(start, end);
    best = weight(run) > weight(best) ? run : best;
    start = end;
  }
  return best.map(({ text }) => text);
}
