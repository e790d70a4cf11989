import { defaults } from "../codegen/src/defaults.js";
import type { Diagnostic } from "../codegen/src/diagnostics.js";
import {
  type BenchRequest,
  benchModel,
  type LeftOut,
  type Measurement,
} from "../codegen/src/run/bench/bench.js";
import { isInstalled } from "../codegen/src/run/tools.js";
import { targets } from "../codegen/src/target/targets.js";
import { MODELS } from "./figures.js";
import { readBoard } from "./kernel-counts.js";

/** Targets on which all installed compilers are compared; the others take their first. */
const COMPARED: ReadonlySet<string> = new Set(["host", "cortex-a53", "cortex-m55"]);

/** Where batches are for, and their sizes. */
const BATCH_TARGETS: ReadonlySet<string> = new Set(["host", "cortex-a53", "cortex-a76"]);
export const BATCHES = [1, 8, 64] as const;

type Note = (text: string) => void;

/** Both models on every target; what cannot be measured is added to `leftOut`. */
export async function benchModels(
  leftOut: Map<string, LeftOut>,
  note: Note,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const model of MODELS) {
    for (const { name, board } of targets) {
      note(`${model} on ${name}`);
      const options = COMPARED.has(name) ? {} : firstCompiler(board);
      measurements.push(...(await measure(model, name, options, leftOut)));
    }
  }
  return measurements;
}

/** The same in batches, by each target's first compiler, all sizes of a batch in one run. */
export async function benchBatches(
  leftOut: Map<string, LeftOut>,
  note: Note,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const model of MODELS) {
    for (const { name, board } of targets.filter((target) => BATCH_TARGETS.has(target.name))) {
      note(`${model} in batches on ${name}`);
      const options = { ...firstCompiler(board), tier: "fast", batch: BATCHES } as const;
      measurements.push(...(await measure(model, name, options, leftOut)));
    }
  }
  return measurements;
}

async function measure(
  model: string,
  target: string,
  options: Partial<BenchRequest>,
  leftOut: Map<string, LeftOut>,
): Promise<readonly Measurement[]> {
  const path = `models/${model}.safetensors`;
  const result = await benchModel({
    model: path,
    target: [target],
    points: defaults.points,
    ...options,
  });
  const missing = result.ok ? result.value.left_out : result.diagnostics.map(asLeftOut(model));
  for (const one of missing) {
    leftOut.set(one.what, one);
  }
  return result.ok ? result.value.measurements : [];
}

function asLeftOut(model: string) {
  return ({ path, message, hint }: Diagnostic): LeftOut => {
    return { what: `${model}: ${path}`, why: message, hint };
  };
}

/** The first compiler of a board that is installed here. */
function firstCompiler(board: string): Pick<BenchRequest, "compiler"> {
  const compiler = readBoard(board)
    .compilers.map(({ cc }) => cc)
    .find(isInstalled);
  return compiler === undefined ? {} : { compiler };
}
