import { z } from "zod";
import { failure, type Result, success } from "../diagnostics.js";
import type { KernelCosts, KernelFigures } from "../ir/kernel-table.js";

const sizesSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.strictObject({ code: z.number().nonnegative(), stack: z.number().nonnegative() }),
  ),
);

/**
 * What was measured of the kernels on `target`, by symbol.
 *
 * @param costs by symbol
 * @param sizes the text of runtime-c/sizes.json: by target and symbol, bytes of code and of stack
 */
export function makeFigures(
  costs: Readonly<Record<string, KernelCosts>>,
  sizes: string,
  target: string,
): Result<ReadonlyMap<string, KernelFigures>> {
  const parsed = readSizes(sizes);
  if (parsed === undefined) {
    return failure({
      code: "bad-figures",
      path: "sizes.json",
      message: "expected sizes by target and kernel",
      hint: "this file belongs to pfp: install it again",
    });
  }
  const ofSizes = parsed[target] ?? {};
  const symbols = new Set([...Object.keys(costs), ...Object.keys(ofSizes)]);
  const figures = [...symbols].map((symbol): [string, KernelFigures] => {
    const entry = costs[symbol];
    return [symbol, { ...ofSizes[symbol], ...(entry === undefined ? {} : { costs: entry }) }];
  });
  return success(new Map(figures));
}

function readSizes(text: string): z.infer<typeof sizesSchema> | undefined {
  try {
    return sizesSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
