/** Both committed models as `pfp bench` measures them. */
import { defaults } from "../codegen/src/defaults.js";
import type { Diagnostic, Result } from "../codegen/src/diagnostics.js";
import {
  type BenchRequest,
  type BenchResult,
  benchModel,
  type LeftOut,
  type Measurement,
} from "../codegen/src/run/bench/bench.js";
import { isInstalled } from "../codegen/src/run/tools.js";
import { type Target, targets } from "../codegen/src/target/targets.js";
import { readBoard } from "./kernel-counts.js";

export const MODELS = ["lenet5", "mlp"] as const;

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
    for (const target of targets) {
      note(`${model} on ${target.name}`);
      const options = COMPARED.has(target.name) ? {} : firstCompiler(target);
      const results = await compareVariants(model, target, options);
      measurements.push(...results.flatMap((result) => measurementsOf(model, result, leftOut)));
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
    for (const target of targets.filter(({ name }) => BATCH_TARGETS.has(name))) {
      note(`${model} in batches on ${target.name}`);
      const mode = ["pfp", "deterministic"] as const;
      const options = { ...firstCompiler(target), mode, tier: "fast", batch: BATCHES } as const;
      const result = await compare(model, target, options);
      measurements.push(...measurementsOf(model, result, leftOut));
    }
  }
  return measurements;
}

/**
 * Measures a model in one pass beside its twins, then with the weights of `SMALL_WEIGHTS` and, where
 * the target has fp16 arithmetic, with activations of f16.
 *
 * @param options what all these have in common
 */
export async function compareVariants(
  model: string,
  target: Target,
  options: Partial<BenchRequest>,
): Promise<Result<BenchResult>[]> {
  const small = { mode: ["pfp"], tier: "fast" } as const;
  const variants: Partial<BenchRequest>[] = [
    {},
    { ...small, weights: SMALL_WEIGHTS },
    ...(target.dtypes.includes("f16") ? [{ ...small, activations: "f16" } as const] : []),
  ];
  const results: Result<BenchResult>[] = [];
  for (const variant of variants) {
    results.push(await compare(model, target, { ...options, ...variant }));
  }
  return results;
}

/** Formats that make a model small, and are worth their figures. */
export const SMALL_WEIGHTS = ["i8u8", "i8u4"] as const;

function compare(model: string, { name }: Target, options: Partial<BenchRequest>) {
  const path = `models/${model}.safetensors`;
  return benchModel({ model: path, target: [name], points: defaults.points, ...options });
}

function measurementsOf(
  model: string,
  result: Result<BenchResult>,
  leftOut: Map<string, LeftOut>,
): readonly Measurement[] {
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

/** The first compiler of a target's board that is installed here. */
function firstCompiler({ board }: Target): Pick<BenchRequest, "compiler"> {
  const compiler = readBoard(board)
    .compilers.map(({ cc }) => cc)
    .find(isInstalled);
  return compiler === undefined ? {} : { compiler };
}
