import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure, type Result, success } from "../diagnostics.js";
import type { GeneratedFile, Generation } from "../generate.js";
import type { Board, Tool } from "../target/board.js";
import { boardPath } from "./boards.js";
import { COMPILE_FLAGS } from "./compile-flags.js";
import { exists } from "./files.js";
import { type Footprint, footprint } from "./footprint.js";
import { missingLibrary } from "./library.js";
import { linkProblem } from "./link-problem.js";
import { execute } from "./process.js";
import { type Library, resources } from "./resources.js";
import { withTemporaryFolder } from "./temporary.js";
import { findCompiler, missingTools } from "./tools.js";

/** Where the build leaves what is kept. */
const RESULT = "result";

/** A generated model linked with the runner for one board. */
export interface Program {
  readonly path: string;
  readonly footprint: Footprint;
}

/** What a measurement builds otherwise than `pfp run`. */
export interface BuildOptions {
  /** Default: the board's first installed compiler. */
  readonly compiler?: Tool;
  /** The program's main file; default: the runner of `pfp run`. */
  readonly runner?: string;
  /** Further flags for all files. */
  readonly flags?: readonly string[];
}

interface Recipe {
  readonly compiler: Tool;
  readonly flags: readonly string[];
  readonly board: Board;
  readonly library: Library;
  readonly generated: readonly GeneratedFile[];
  /** The runner and the board's own files. */
  readonly sources: readonly string[];
}

/**
 * Compiles and links a generation called `model` with the runner for `board`. The program is kept
 * under build/run/ by the hash of all that goes into it, so the same one is built only once.
 */
export async function buildProgram(
  generation: Generation,
  board: Board,
  options: BuildOptions = {},
): Promise<Result<Program>> {
  const problems = missingTools(board);
  const first = findCompiler(board);
  if (problems.length > 0 || !first.ok) {
    return failure(...problems);
  }
  const compiler = options.compiler ?? first.value;
  const library = {
    target: board.target,
    ...(compiler.cc === first.value.cc ? {} : { compiler: compiler.cc }),
  };
  if (!(await exists(resources.library(library)))) {
    return failure(missingLibrary(library));
  }
  const recipe: Recipe = {
    compiler,
    flags: options.flags ?? [],
    board,
    library,
    generated: generation.files.filter(({ name }) => /\.([ch]|bin)$/.test(name)),
    sources: [
      options.runner ?? resources.runner,
      ...board.sources.map((source) => boardPath(board, source)),
    ],
  };
  const folder = join(resources.programs, board.name, await fingerprint(recipe));
  if (!(await exists(folder))) {
    const built = await buildFolder(recipe, folder);
    if (!built.ok) {
      return built;
    }
  }
  return success({
    path: join(folder, "program"),
    footprint: footprint(await readFile(join(folder, "footprint.o"))),
  });
}

/** A hash of everything the program is made from. */
async function fingerprint({ compiler, flags, board, library, generated, sources }: Recipe) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([COMPILE_FLAGS, compiler, flags, board]));
  for (const { name, content } of generated) {
    hash.update(name).update(content);
  }
  const { modelCall, markers, probes } = resources;
  const archive = resources.library(library);
  for (const path of [archive, ...sources, modelCall, markers, probes, ...linkerScripts(board)]) {
    hash.update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function linkFlags(board: Board): string[] {
  return board.link.flags.map((flag) => boardPath(board, flag));
}

function linkerScripts(board: Board): string[] {
  return linkFlags(board).filter((flag) => flag.endsWith(".ld"));
}

/** Builds beside its final place and moves it there whole. */
async function buildFolder(recipe: Recipe, folder: string): Promise<Result<void>> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  return withTemporaryFolder(
    async (work) => {
      const built = await compileAndLink(recipe, work);
      if (built.ok) {
        await rename(join(work, RESULT), folder).catch(async (error) => {
          // Another pfp run was faster with the same program.
          if (!(await exists(folder))) {
            throw error;
          }
        });
      }
      return built;
    },
    { parent },
  );
}

/** Leaves `program` and `footprint.o` in the folder RESULT of `work`. */
async function compileAndLink(recipe: Recipe, work: string): Promise<Result<void>> {
  const { compiler, flags, board, library, generated, sources } = recipe;
  const archive = resources.library(library);
  await mkdir(join(work, RESULT));
  for (const { name, content } of generated) {
    await writeFile(join(work, name), content);
  }
  const modelSources = generated.map(({ name }) => name).filter((name) => name.endsWith(".c"));
  const objects: string[] = [];
  for (const source of [...modelSources, ...sources]) {
    const object = `${objects.length}.o`;
    objects.push(object);
    await must(work, compiler.cc, [
      ...compiler.flags,
      ...COMPILE_FLAGS,
      ...flags,
      `-I${resources.include}`,
      "-I.",
      // Where the assembler finds a .bin of weights.
      "-Wa,-I,.",
      "-c",
      source,
      "-o",
      object,
    ]);
  }
  await must(work, board.link.cc, [
    "-r",
    "-nostdlib",
    "-Wl,--gc-sections,-e,model_predict",
    ...objects.slice(0, modelSources.length),
    archive,
    "-o",
    join(RESULT, "footprint.o"),
  ]);
  const linked = await execute(
    board.link.cc,
    [...objects, archive, ...linkFlags(board), "-o", join(RESULT, "program")],
    { cwd: work },
  );
  if (linked.code === 0) {
    return success(undefined);
  }
  const problem = linkProblem(linked.output, board, library);
  if (problem === undefined) {
    throw new Error(`${board.link.cc} failed:\n${linked.output}`);
  }
  return failure(problem);
}

/** Runs a tool that fails only when generated code or the library is wrong. */
async function must(cwd: string, command: string, commandArguments: readonly string[]) {
  const ending = await execute(command, commandArguments, { cwd });
  if (ending.code !== 0) {
    throw new Error(`${command} ${commandArguments.join(" ")} failed:\n${ending.output}`);
  }
}
