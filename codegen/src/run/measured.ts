import { readFile } from "node:fs/promises";
import { type Result, success } from "../diagnostics.js";
import type { Kernel } from "../ir/kernel-table.js";
import { type Board, weightMemoryOf } from "../target/board.js";
import {
  type CostTable,
  costsOfTarget,
  parseCostTable,
  parseShippedCosts,
} from "../target/cost-table.js";
import { makeFigures } from "../target/kernel-figures.js";
import { type Measured, targets } from "../target/targets.js";
import { readGiven } from "./given-file.js";
import { resources } from "./resources.js";

/**
 * Reads what was measured of the kernels on the target of `board`.
 *
 * @param costs path of a cost table that goes before those of the package
 */
export async function readMeasured(
  board: Board,
  kernels: readonly Kernel[],
  costs?: string,
): Promise<Result<Measured>> {
  const symbols = new Set(kernels.map(({ symbol }) => symbol));
  const shipped: CostTable[] = [];
  for (const path of [resources.costs, resources.hostCosts]) {
    const table = parseShippedCosts(await readFile(path, "utf8"), path, symbols);
    if (!table.ok) {
      return table;
    }
    shipped.push(table.value);
  }
  const own = costs === undefined ? success({}) : await readOwnCosts(costs, symbols);
  if (!own.ok) {
    return own;
  }
  const { unit, kernels: entries } = costsOfTarget(board.target, shipped, own.value);
  const figures = makeFigures(entries, await readFile(resources.sizes, "utf8"), board.target);
  if (!figures.ok) {
    return figures;
  }
  const weightMemory = weightMemoryOf(board);
  return success({
    figures: figures.value,
    unit,
    ...(weightMemory === undefined ? {} : { weightMemory }),
  });
}

async function readOwnCosts(
  path: string,
  symbols: ReadonlySet<string>,
): Promise<Result<CostTable>> {
  const what = "a cost table (docs/kernels.md, Costs) with --costs, or leave it out";
  const bytes = await readGiven(path, "unreadable-costs", what);
  const names = targets.map(({ name }) => name);
  return bytes.ok ? parseCostTable(bytes.value.toString(), path, symbols, names) : bytes;
}
