import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, inFile, type Result, success } from "../diagnostics.js";
import { type Generation, generate, type Templates } from "../generate.js";
import type { Tier } from "../ir/kernel-table.js";
import type { Placement } from "../plan/placement.js";
import type { Board } from "../target/board.js";
import { parseFigures } from "../target/kernel-figures.js";
import { parseKernelList } from "../target/kernel-list.js";
import { checkMemory } from "../target/memory.js";
import { findTarget, kernelTable } from "../target/targets.js";
import { loadBoard } from "./boards.js";
import { readModelFile } from "./model-file.js";
import { resources } from "./resources.js";
import { readToolVersion } from "./tool-version.js";

/** What a model is generated from and for. */
export interface ModelRequest {
  /** Path of the posterior file. */
  readonly model: string;
  readonly target: string;
  /** Default: the target's own board. */
  readonly board?: string;
  readonly tier: Tier;
  readonly points: number;
  readonly trace: boolean;
  /** Prefix of the C names. */
  readonly name: string;
  /** Linker sections for the weights of some layers. */
  readonly place?: readonly Placement[];
}

export interface PreparedModel {
  readonly generation: Generation;
  readonly board: Board;
}

/**
 * Reads a posterior file and all that the generator needs, generates the model, and checks that
 * the board's memory holds it. Writes nothing.
 */
export async function prepareModel(request: ModelRequest): Promise<Result<PreparedModel>> {
  const target = findTarget(request.target);
  if (!target.ok) {
    return target;
  }
  const board = await loadBoard(request.board ?? target.value.board);
  if (!board.ok) {
    return board;
  }
  if (board.value.target !== request.target) {
    return failure({
      code: "wrong-board",
      path: "--board",
      message: `board '${board.value.name}' has target ${board.value.target}, not ${request.target}`,
      hint: `use --target ${board.value.target}, or --board ${target.value.board}`,
    });
  }
  const posterior = await readModelFile(request.model);
  if (!posterior.ok) {
    return posterior;
  }
  const kernels = parseKernelList(await readFile(resources.kernelList, "utf8"));
  if (!kernels.ok) {
    return kernels;
  }
  const figures = parseFigures(
    {
      costs: await readFile(resources.costs, "utf8"),
      sizes: await readFile(resources.sizes, "utf8"),
    },
    request.target,
  );
  if (!figures.ok) {
    return figures;
  }
  const { tier, points, trace, name, place = [] } = request;
  const generation = generate(
    posterior.value,
    {
      name,
      tier,
      points,
      trace,
      place,
      toolVersion: await readToolVersion(),
      templates: await readTemplates(),
    },
    kernelTable(target.value, kernels.value, figures.value),
  );
  if (!generation.ok) {
    return failure(...inFile(request.model, generation.diagnostics));
  }
  const { weight_bytes: all, arena_bytes: arena, layers } = generation.value.report;
  const elsewhere = layers.filter(({ section }) => section !== undefined);
  const weights = elsewhere.reduce((sum, { weight_bytes }) => sum - weight_bytes, all);
  const excess = checkMemory(board.value, { weights, arena });
  return excess.length > 0
    ? failure(...excess)
    : success({ generation: generation.value, board: board.value });
}

async function readTemplates(): Promise<Templates> {
  const read = (name: string) => readFile(join(resources.templates, name), "utf8");
  return {
    header: await read("model.h.hbs"),
    source: await read("model.c.hbs"),
    weights: await read("model_weights.c.hbs"),
    cmake: await read("CMakeLists.txt.hbs"),
  };
}
