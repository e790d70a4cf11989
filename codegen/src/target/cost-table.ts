import { z } from "zod";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { CostUnit, KernelCosts } from "../ir/kernel-table.js";
import { WORK_TERMS } from "../ir/work.js";

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
  const problem = (where: readonly PropertyKey[], message: string): Diagnostic => ({
    code: "bad-costs",
    path: [path, ...where.map(String)].join(": "),
    message,
    hint: "docs/kernels.md, Costs, says what a cost table holds",
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failure(problem([], `not JSON: ${error instanceof Error ? error.message : error}`));
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    return failure(...parsed.error.issues.map((issue) => problem(issue.path, issue.message)));
  }
  const problems: Diagnostic[] = [];
  for (const [target, { kernels }] of Object.entries(parsed.data.targets)) {
    if (!targets.includes(target)) {
      problems.push(
        problem([target], `there is no target '${target}'; there are ${targets.join(", ")}`),
      );
    }
    for (const [symbol, entry] of Object.entries(kernels)) {
      if (!symbols.has(symbol)) {
        problems.push(problem([target, symbol], "there is no such kernel"));
      } else if (Object.values(entry).every((cost) => cost === 0)) {
        problems.push(problem([target, symbol], "nothing in it costs anything"));
      }
    }
  }
  return problems.length > 0 ? failure(...problems) : success(parsed.data.targets);
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
