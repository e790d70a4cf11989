import { z } from "zod";
import { failure, type Result, success } from "../diagnostics.js";
import type { KernelFigures } from "../ir/kernel-table.js";

const byTarget = <T extends z.ZodType>(entry: T) =>
  z.record(z.string(), z.record(z.string(), entry));
const costsSchema = byTarget(z.number().positive());
const sizesSchema = byTarget(
  z.strictObject({ code: z.number().nonnegative(), stack: z.number().nonnegative() }),
);

/** The files that figures come from. */
export interface FigureFiles {
  /** runtime-c/costs.json: by target and symbol, instructions a unit of work. */
  readonly costs: string;
  /** runtime-c/sizes.json: by target and symbol, bytes of code and of stack. */
  readonly sizes: string;
}

/** What was measured of the kernels on `target`, by symbol. */
export function parseFigures(
  files: FigureFiles,
  target: string,
): Result<ReadonlyMap<string, KernelFigures>> {
  const costs = read(files.costs, costsSchema);
  const sizes = read(files.sizes, sizesSchema);
  if (costs === undefined || sizes === undefined) {
    return failure({
      code: "bad-figures",
      path: costs === undefined ? "costs.json" : "sizes.json",
      message: "expected figures by target and kernel",
      hint: "this file belongs to pfp: install it again",
    });
  }
  const [ofCosts, ofSizes] = [costs[target] ?? {}, sizes[target] ?? {}];
  const symbols = new Set([...Object.keys(ofCosts), ...Object.keys(ofSizes)]);
  const figures = [...symbols].map((symbol): [string, KernelFigures] => {
    const instructions = ofCosts[symbol];
    return [
      symbol,
      { ...ofSizes[symbol], ...(instructions === undefined ? {} : { instructions }) },
    ];
  });
  return success(new Map(figures));
}

function read<T extends z.ZodType>(text: string, schema: T): z.infer<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
