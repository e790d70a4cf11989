import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, type Result, success } from "../../diagnostics.js";
import { type Generation, generatedText } from "../../generate.js";
import type { Kernel } from "../../ir/kernel-table.js";
import type { Board, Tool } from "../../target/board.js";
import { buildProgram } from "../build.js";
import { commandLine, isEmulated } from "../command-line.js";
import { execute } from "../process.js";
import { encodeInputs } from "../protocol.js";
import { resources } from "../resources.js";
import { withTemporaryFolder } from "../temporary.js";
import { type CallSite, probeCalls } from "./call-sites.js";
import { canEstimate, cyclesPerInstruction } from "./estimate.js";

/** What one layer, or the head, takes: of one input, where a call takes a batch. */
export interface Line {
  readonly name: string;
  readonly op: string;
  readonly kernel: string;
  /** Instructions or nanoseconds of one prediction. */
  readonly value: number;
  /** Multiply-adds of the layer in a deterministic network. */
  readonly multiply_adds: number;
  readonly head: boolean;
  /** By llvm-mca, for the kernel's hot loop: an estimate, null where there is none. */
  readonly estimated_cycles: number | null;
}

/** One generated model on one board by one compiler. */
export interface Figures {
  readonly unit: "instructions" | "nanoseconds";
  readonly lines: readonly Line[];
  /** What no kernel takes: checks, copies, calls. */
  readonly rest: number;
  readonly total: number;
  readonly total_without_head: number;
  readonly weight_bytes: number;
  readonly code_bytes: number;
  readonly arena_bytes: number;
}

/** Regions of libicount.so that a probed program may use; region 0 is the whole prediction. */
const CHUNK = 31;
/** Call sites that qemu/runner/timer.c has room for. */
const TIMED_SITES = 1024;
/** Turns of the whole and the probed program, so that a busy moment meets both alike. */
const TIMED_ROUNDS = 4;
const TIME_MS = 100;
const TIMEOUT_MS = 300_000;
const REFUSED = new Set([15, 16]);

/**
 * Measures one prediction, or one call with a full batch and an input's share of it, whole in the program as it is, and by kernel calls in one with probes:
 * exact instructions where the board is emulated, else the shortest of many times.
 */
export async function measure(
  generation: Generation,
  board: Board,
  compiler: Tool,
  kernels: readonly Kernel[],
): Promise<Result<Figures>> {
  const probed = probeCalls(generation, kernels);
  const emulated = isEmulated(board);
  if (!emulated && probed.sites.length > TIMED_SITES) {
    throw new Error(`${probed.sites.length} kernel calls are more than the timer has room for`);
  }
  let total = Number.POSITIVE_INFINITY;
  let whole: Run | undefined;
  const values = new Map<number, number>();
  const chunks = emulated ? Math.ceil(probed.sites.length / CHUNK) : 1;
  for (let round = 0; round < (emulated ? 1 : TIMED_ROUNDS); round++) {
    const run = await runOnce(generation, board, compiler, []);
    if (!run.ok) {
      return run;
    }
    whole ??= run.value;
    total = Math.min(total, run.value.value);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const flag = emulated ? `-DPFP_PROBE_CHUNK=${chunk}` : "-DPFP_PROBE_CLOCK";
      const flags = ["-include", resources.probes, flag];
      const part = await runOnce(probed.generation, board, compiler, flags);
      if (!part.ok) {
        return part;
      }
      for (const [site, value] of part.value.sites) {
        const index = chunk * CHUNK + site;
        values.set(index, Math.min(value, values.get(index) ?? value));
      }
    }
  }
  const { batch = 1 } = generation.report;
  total /= batch;
  for (const [index, value] of values) {
    values.set(index, value / batch);
  }
  const lines = makeLines(probed.sites, values, whole?.cycles ?? new Map());
  const sum = (some: readonly Line[]) => some.reduce((all, { value }) => all + value, 0);
  const { weight_bytes, arena_bytes } = generation.report;
  return success({
    unit: emulated ? "instructions" : "nanoseconds",
    lines,
    rest: Math.max(0, total - sum(lines)),
    total,
    total_without_head: total - sum(lines.filter(({ head }) => head)),
    weight_bytes,
    code_bytes: whole?.footprint.code_bytes ?? 0,
    arena_bytes,
  });
}

interface Run {
  readonly value: number;
  readonly sites: readonly (readonly [site: number, value: number])[];
  readonly footprint: { readonly code_bytes: number };
  /** Estimated cycles an instruction, by kernel. */
  readonly cycles: ReadonlyMap<string, number>;
}

async function runOnce(
  generation: Generation,
  board: Board,
  compiler: Tool,
  flags: readonly string[],
): Promise<Result<Run>> {
  const emulated = isEmulated(board);
  const estimates = emulated && flags.length === 0 && canEstimate();
  const runner = emulated ? resources.runner : resources.timer;
  const program = await buildProgram(generation, board, { compiler, flags, runner });
  if (!program.ok) {
    return program;
  }
  const { path, footprint } = program.value;
  return withTemporaryFolder(async (folder) => {
    const { model, report } = generation;
    const { length } = model.input;
    const images = noise(report.batch ?? 1, length);
    await writeFile(join(folder, "in.bin"), encodeInputs(images, length));
    const counts = join(folder, "counts.txt");
    const [command, ...words] = emulated
      ? commandLine(
          board,
          path,
          ["in.bin", "out.bin"],
          `${resources.plugin.replaceAll(",", ",,")},out=counts.txt,addresses=${estimates ? "on" : "off"}`,
        )
      : commandLine(board, path, ["in.bin", "counts.txt", String(TIME_MS)]);
    const ending = await execute(command, words, { cwd: folder, timeoutMs: TIMEOUT_MS });
    if (REFUSED.has(ending.code ?? 0)) {
      return failure({
        code: "input-out-of-range",
        path: generation.model.graph,
        message: "the network's numbers overflow for an input of random numbers from 0 to 1",
        hint: "check the posterior with pfp inspect",
      });
    }
    if (ending.code !== 0) {
      throw new Error(`${command} ended with exit code ${ending.code}:\n${ending.output}`);
    }
    const text = await readFile(counts, "utf8");
    const cycles = await cyclesPerInstruction({
      target: board.target,
      program: path,
      kernels: estimates ? kernelsOf(generation) : [],
      counts: text,
      folder,
    });
    return success({ ...parse(text, emulated), footprint, cycles });
  });
}

function kernelsOf({ files, model }: Generation): string[] {
  const source = generatedText(files, `${model.name}.c`);
  return [...source.matchAll(/\b(pfp_\w+)\(/g)].map(([, symbol = ""]) => symbol);
}

/** Reads what libicount.so or timer.c wrote; sites from 0. */
function parse(text: string, emulated: boolean): Pick<Run, "value" | "sites"> {
  const pattern = emulated
    ? /^region (\d+) calls \d+ instructions (\d+) /gm
    : /^site (\d+) (\d+)$/gm;
  const found = [...text.matchAll(pattern)].map(
    ([, id, value]) => [Number(id), Number(value)] as const,
  );
  if (!emulated) {
    return { value: Number(/^whole (\d+)$/m.exec(text)?.[1]), sites: found };
  }
  return {
    value: found.find(([id]) => id === 0)?.[1] ?? Number.NaN,
    sites: found.filter(([id]) => id > 0).map(([id, value]) => [id - 1, value] as const),
  };
}

/** One line a call, the calls of the head in one. */
function makeLines(
  sites: readonly CallSite[],
  values: ReadonlyMap<number, number>,
  cycles: ReadonlyMap<string, number>,
): Line[] {
  const lines: Line[] = [];
  for (const [index, { name, kernel, multiplyAdds, head }] of sites.entries()) {
    const value = values.get(index) ?? 0;
    const perInstruction = cycles.get(kernel.symbol);
    const line: Line = {
      name,
      op: kernel.op,
      kernel: kernel.symbol,
      value,
      multiply_adds: multiplyAdds,
      head,
      estimated_cycles: perInstruction === undefined ? null : Math.round(value * perInstruction),
    };
    const before = lines.findIndex((other) => other.head);
    const ofHead = lines[before];
    if (head && ofHead !== undefined) {
      lines[before] = joinHead(ofHead, line);
    } else {
      lines.push(line);
    }
  }
  return lines;
}

/** `a + b + a` with each once. */
function unique(sum: string): string {
  return [...new Set(sum.split(" + "))].join(" + ");
}

function joinHead(a: Line, b: Line): Line {
  return {
    ...a,
    op: unique(`${a.op} + ${b.op}`),
    kernel: unique(`${a.kernel} + ${b.kernel}`),
    value: a.value + b.value,
    estimated_cycles:
      a.estimated_cycles === null || b.estimated_cycles === null
        ? null
        : a.estimated_cycles + b.estimated_cycles,
  };
}

/** Images that are the same in every run: random numbers from 0 to 1. */
function noise(count: number, length: number): Float32Array[] {
  let state = 1;
  return Array.from({ length: count }, () =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 8) * 2 ** -24;
    }),
  );
}
