import { z } from "zod";
import { failure, type Result, success } from "../diagnostics.js";
import type { WeightMemory } from "../ir/kernel-table.js";
import { readJson } from "./json-file.js";

const tool = z.strictObject({
  /** The driver's command, looked up in PATH. */
  cc: z.string(),
  /** Architecture and ABI, neither warnings nor optimisation. */
  flags: z.array(z.string()),
  /** Debian packages that bring it, separated by blanks. */
  package: z.string(),
});

const memory = z.strictObject({
  name: z.string(),
  origin: z.string().regex(/^0x[0-9a-fA-F]{8}$/),
  bytes: z.number().int().positive(),
  /** Bytes kept free for what is not the model's, such as the stack. */
  reserved: z.number().int().nonnegative().default(0),
});

const boardSchema = z.strictObject({
  /** Its folder under boards/. */
  name: z.string(),
  target: z.string(),
  description: z.string(),
  /** In order of preference: the first installed one compiles. */
  compilers: z.array(tool).min(1),
  ar: z.string(),
  /** `${board}` in a flag stands for the board's folder, `${common}` for what boards share. */
  link: tool,
  /** Files that every program is linked with; `${board}` and `${common}` as above. */
  sources: z.array(z.string()),
  /** Absent where an operating system loads the program. */
  memory: z.array(memory).optional(),
  /** Names of the memories that hold each part of a program; memory.ld is made from it. */
  placement: z
    .strictObject({
      code: z.string(),
      weights: z.string(),
      arena: z.string(),
      data: z.string(),
      heap: z.string(),
    })
    .optional(),
  /** The sections for weights that its linker script has, and the memory of each. */
  sections: z.record(z.string(), z.string()).optional(),
  clock_hz: z.number().positive().optional(),
  /** What the kernels' weights are read from, where that may slow a core down; needs clock_hz. */
  weight_memory: z
    .strictObject({
      /** Weights of a layer of at most so many bytes stay in a cache; 0 without one. */
      cache_bytes: z.number().int().nonnegative(),
      bytes_per_cycle: z.number().positive(),
      instructions_per_cycle: z.number().positive(),
      /** Where these figures come from. */
      source: z.string(),
    })
    .optional(),
  /**
   * How to start a program here. `${program}` is its path; an argument `${arguments}` becomes the
   * program's arguments; `${semihosting_arguments}` inside an argument becomes `,arg=A,arg=B`;
   * an argument `${plugin}` becomes `-plugin PLUGIN`, or nothing.
   */
  run: z.strictObject({
    command: z.string(),
    arguments: z.array(z.string()),
    package: z.string().optional(),
  }),
  /** How to get a program onto a real board, one sentence. */
  flash: z.string(),
});

/** What boards/<name>/board.json says: compilers, memory, and how to run a program. */
export type Board = z.infer<typeof boardSchema>;
export type Tool = Board["link"];

/** Reads the text of a board.json; `path` names it in problems. */
export function parseBoard(text: string, path: string): Result<Board> {
  const parsed = readJson(text, boardSchema, (where, message) =>
    badBoard([path, ...where.map(String)].join(": "), message),
  );
  if (!parsed.ok) {
    return parsed;
  }
  const { memory: memories = [], placement = {}, sections = {} } = parsed.value;
  for (const [key, named] of Object.entries({ placement, sections })) {
    const missing = Object.values(named).filter(
      (name) => !memories.some((candidate) => candidate.name === name),
    );
    if (missing.length > 0) {
      return failure(badBoard(`${path}: ${key}`, `there is no memory ${missing.join(", ")}`));
    }
  }
  const { weight_memory: weightMemory, clock_hz: clock } = parsed.value;
  return weightMemory === undefined || clock !== undefined
    ? success(parsed.value)
    : failure(badBoard(`${path}: weight_memory`, "needs clock_hz beside it"));
}

/** What a board says of the memory of weights, as the estimates take it. */
export function weightMemoryOf({
  weight_memory: memory,
  clock_hz: clockHz,
}: Board): WeightMemory | undefined {
  return memory === undefined || clockHz === undefined
    ? undefined
    : {
        cacheBytes: memory.cache_bytes,
        bytesPerCycle: memory.bytes_per_cycle,
        instructionsPerCycle: memory.instructions_per_cycle,
        clockHz,
      };
}

function badBoard(path: string, message: string) {
  return { code: "bad-board", path, message, hint: "compare it with the other boards" };
}
