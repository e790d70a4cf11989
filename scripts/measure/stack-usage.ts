import { readFileSync } from "node:fs";

/**
 * Bytes of stack that a file's functions take at most, from what -fstack-usage left beside its
 * object: their sum, since none calls itself and so no chain of calls takes more.
 *
 * @param path the .su file
 * @throws where a function's stack has no bound
 */
export function stackUsage(path: string): number {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.reduce((sum, line) => sum + stackOfFunction(path, line), 0);
}

/** A line is `file:line:function<tab>bytes<tab>how`, as GCC and clang write it. */
function stackOfFunction(path: string, line: string): number {
  if (line === "") {
    return 0;
  }
  const [, bytes = "", how = ""] = line.split("\t");
  if (!(/^\d+$/.test(bytes) && /^(static|dynamic,bounded)$/.test(how))) {
    throw new Error(`${path}: no fixed stack: ${line}`);
  }
  return Number(bytes);
}
