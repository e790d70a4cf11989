/**
 * Writes runtime-c/sizes.json: for each target the bytes of code and the worst-case stack of each
 * kernel it may use, and of model_predict.
 *
 *   node --import tsx scripts/measure/sizes.ts
 *
 * Code is what the board's first compiler makes, stack the most of all its compilers. Kernels are
 * read from the library's objects, so only what has changed is compiled anew.
 */
import { writeFileSync } from "node:fs";
import { measureSizes, targetNames } from "./object-sizes.js";

const sizes: Record<string, unknown> = {};
for (const target of targetNames) {
  sizes[target] = await measureSizes(target);
}
writeFileSync("runtime-c/sizes.json", `${JSON.stringify(sizes, undefined, 2)}\n`);
