import { z } from "zod";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { CostUnit, KernelCosts } from "../ir/kernel-table.js";
import { WORK_TERMS } from "../ir/work.js";
import { readJson } from "./json-file.js";

/** What was measured on one target. */
export interface TargetCosts {
  readonly unit: CostUnit;
  /** By symbol. */
  readonly kernels: Readonly<Record<string, KernelCosts>>;
}

/** The content of a cost table, by target. */
export type CostTable = Readonly<Record<string, TargetCosts>>;

const costs = z.partialRecord(z.enum(WORK_TERMS), z.number().nonnegative());

/** docs/kernels.md, Costs, describes it for those who write one. */
const schema = z.strictObject({
  schema: z.literal(1),
  /** Where and how it was measured, for a reader. */
  measured: z.string().optional(),
  targets: z.record(
    z.string(),
    z.strictObject({
      unit: z.enum(["instructions", "cycles", "nanoseconds"]),
      kernels: z.record(z.string(), costs),
    }),
  ),
});

/**
 * Reads a cost table.
 *
 * @param path names it in problems
 * @param symbols all kernels there are
 * @param targets all targets there are
 */
export function parseCostTable(
  text: string,
  path: string,
  symbols: ReadonlySet<string>,
  targets: readonly string[],
): Result<CostTable> {
  const parsed = readTable(text, path);
  if (!parsed.ok) {
    return parsed;
  }
  const problems: Diagnostic[] = [];
  for (const [target, { kernels }] of Object.entries(parsed.value)) {
    if (!targets.includes(target)) {
      problems.push(
        problem(path, [target], `there is no target '${target}'; there are ${targets.join(", ")}`),
      );
    }
    for (const [symbol, entry] of Object.entries(kernels)) {
      if (!symbols.has(symbol)) {
        problems.push(problem(path, [target, symbol], "there is no such kernel"));
      } else if (Object.values(entry).every((cost) => cost === 0)) {
        problems.push(problem(path, [target, symbol], "nothing in it costs anything"));
      }
    }
  }
  return problems.length > 0 ? failure(...problems) : parsed;
}

/**
 * A cost table that comes with pfp, without kernels that are no longer there: they cost nothing to
 * anybody, and a test finds them.
 *
 * @param path names it in problems
 */
export function parseShippedCosts(
  text: string,
  path: string,
  symbols: ReadonlySet<string>,
): Result<CostTable> {
  const parsed = readTable(text, path);
  if (!parsed.ok) {
    return parsed;
  }
  const known = Object.entries(parsed.value).map(([target, { unit, kernels }]) => {
    const entries = Object.entries(kernels).filter(([symbol]) => symbols.has(symbol));
    return [target, { unit, kernels: Object.fromEntries(entries) }] as const;
  });
  return success(Object.fromEntries(known));
}

/**
 * The costs of a target by the `first` table that has any of it, each kernel by `over` where that
 * has it; `over` alone where it counts in another unit, since costs of two units cannot be compared.
 */
export function costsOfTarget(
  target: string,
  tables: readonly CostTable[],
  over: CostTable = {},
): TargetCosts {
  const shipped = tables.map((table) => table[target]).find((found) => found !== undefined);
  const own = over[target];
  if (own === undefined || shipped === undefined) {
    return own ?? shipped ?? { unit: "instructions", kernels: {} };
  }
  const kernels = own.unit === shipped.unit ? shipped.kernels : {};
  return { unit: own.unit, kernels: { ...kernels, ...own.kernels } };
}

/** What a cost table holds, whatever it names. */
function readTable(text: string, path: string): Result<CostTable> {
  const read = readJson(text, schema, (where, message) => problem(path, where, message));
  return read.ok ? success(read.value.targets) : read;
}

function problem(path: string, where: readonly PropertyKey[], message: string): Diagnostic {
  return {
    code: "bad-costs",
    path: [path, ...where.map(String)].join(": "),
    message,
    hint: "docs/kernels.md, Costs, says what a cost table holds",
  };
}
