import { readFile } from "node:fs/promises";
import { defaults } from "../defaults.js";
import { failure, inFile, type Result, success } from "../diagnostics.js";
import { type Generation, generate } from "../generate.js";
import type { KernelOptions, Mode } from "../ir/kernel-table.js";
import type { SamplingOptions } from "../ir/sampling.js";
import type { Placement } from "../plan/placement.js";
import type { Board } from "../target/board.js";
import { parseKernelList } from "../target/kernel-list.js";
import { checkMemory } from "../target/memory.js";
import { checkActivations, kernelTable, refuseBatch } from "../target/targets.js";
import { readMeasured } from "./measured.js";
import { readModelFile } from "./model-file.js";
import { resources } from "./resources.js";
import { findTargetBoard } from "./target-board.js";
import { readTemplates } from "./templates.js";
import { readToolVersion } from "./tool-version.js";

/** What a model is generated from and for. */
export interface ModelRequest extends KernelOptions, SamplingOptions {
  /** Path of the posterior file. */
  readonly model: string;
  readonly target: string;
  /** Default: the target's own board. */
  readonly board?: string;
  readonly mode: Mode;
  readonly points: number;
  readonly trace: boolean;
  /** The most inputs of one call; default: one. */
  readonly batch?: number;
  /** Prefix of the C names. */
  readonly name: string;
  /** Leaves out the calibration that the file holds. */
  readonly "no-calibration"?: boolean;
  /** Path of a cost table that goes before those of the package. */
  readonly costs?: string;
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
  const found = await findTargetBoard(request.target, request.board);
  if (!found.ok) {
    return found;
  }
  const { target, board } = found.value;
  const { activations = defaults.activations } = request;
  const refused = [
    ...refuseBatch(target, request.batch ?? 1),
    ...checkActivations(target, activations),
  ];
  if (refused.length > 0) {
    return failure(...refused);
  }
  const posterior = await readModelFile(request.model);
  if (!posterior.ok) {
    return posterior;
  }
  const kernels = parseKernelList(await readFile(resources.kernelList, "utf8"));
  if (!kernels.ok) {
    return kernels;
  }
  const measured = await readMeasured(board, kernels.value, request.costs);
  if (!measured.ok) {
    return measured;
  }
  const { mode, samples, draw, tier, weights, points, trace, name } = request;
  const { batch = 1, place = [] } = request;
  const generation = generate(
    posterior.value,
    {
      name,
      mode,
      ...(samples === undefined ? {} : { samples }),
      ...(draw === undefined ? {} : { draw }),
      tier,
      weights,
      activations,
      points,
      calibrated: request["no-calibration"] !== true,
      trace,
      batch,
      place,
      toolVersion: await readToolVersion(),
      templates: await readTemplates(),
    },
    kernelTable(target, kernels.value, measured.value),
  );
  if (!generation.ok) {
    return failure(...inFile(request.model, generation.diagnostics));
  }
  const { weight_bytes, arena_bytes: arena, layers, sampling } = generation.value.report;
  const sections: Record<string, number> = {};
  for (const { section, weight_bytes: bytes } of layers) {
    if (section !== undefined) {
      sections[section] = (sections[section] ?? 0) + bytes;
    }
  }
  const placed = Object.values(sections).reduce((sum, bytes) => sum + bytes, 0);
  const drawn = sampling?.drawn_bytes ?? 0;
  const bytes = { weights: weight_bytes - placed, arena, drawn, sections };
  const excess = checkMemory(board, bytes);
  return excess.length > 0 ? failure(...excess) : success({ generation: generation.value, board });
}
