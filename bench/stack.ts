import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * Bytes of stack that each kernel's file takes at most, from what -fstack-usage left beside the
 * objects of libpfp.a: the sum of the file's functions, since none calls itself.
 *
 * @param symbols the kernels to look for; one without figures is left out
 */
export function stackOfKernels(target: string, symbols: readonly string[]): Map<string, number> {
  const folder = `build/${target}/objects/runtime-c/src/kernels`;
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const bytes = new Map<string, number>();
  for (const path of paths.filter((candidate) => candidate.endsWith(".su"))) {
    const symbol = basename(path, ".su");
    if (symbols.includes(symbol)) {
      bytes.set(symbol, sumOfFunctions(readFileSync(join(folder, path), "utf8")));
    }
  }
  return bytes;
}

/** Lines of a .su file: place and function, bytes, static or dynamic. */
function sumOfFunctions(text: string): number {
  const lines = [...text.matchAll(/^.*\t(\d+)\t(\S+)$/gm)];
  const unbounded = lines.find(([, , kind]) => kind === "dynamic");
  if (unbounded !== undefined) {
    throw new Error(`the stack of a kernel has no bound: ${unbounded[0]}`);
  }
  return lines.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}
