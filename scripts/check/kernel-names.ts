/**
 * Checks the list of kernels against its own grammar (runtime-c/include/pfp/pfp_kernels.def) and
 * against the files: each kernel has one, named as its symbol, in the folder of its operator.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "../../codegen/src/ir/kernel-table.js";
import { parseKernelList } from "../../codegen/src/target/kernel-list.js";

/** Their names leave the form out. */
const HAS_ONE_FORM: ReadonlySet<string> = new Set(["finite", "softmax", "accumulate", "mixture"]);

const KERNELS = "runtime-c/src/kernels";

/** pfp_<op>[_det|_exact|_sampled][_fast]_<dtype>[_<weights>][_<rows>x<outputs>]_<isa>, the tile only where it is not 1x1. */
function expectedName(kernel: Kernel): string {
  const { op, form, tier, dtype, weights, rows, outputs, isa } = kernel;
  return [
    "pfp",
    op,
    ...(form === "general" || HAS_ONE_FORM.has(op) ? [] : [form]),
    ...(tier === "fast" ? ["fast"] : []),
    dtype,
    ...(weights === "none" || weights === dtype ? [] : [weights]),
    ...(rows * outputs > 1 ? [`${rows}x${outputs}`] : []),
    isa,
  ].join("_");
}

/** A microarchitecture may follow the instruction set. */
function isNamed(symbol: string, name: string): boolean {
  return symbol === name || new RegExp(`^${name}_[a-z0-9]+$`).test(symbol);
}

const parsed = parseKernelList(readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8"));
if (!parsed.ok) {
  throw new Error(parsed.diagnostics.map(({ path, message }) => `${path}: ${message}`).join("\n"));
}
const symbols = new Set(parsed.value.map(({ symbol }) => symbol));
const sources = readdirSync(KERNELS, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && /^pfp_.*\.c$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

const problems = [
  ...parsed.value
    .filter((kernel) => !isNamed(kernel.symbol, expectedName(kernel)))
    .map((kernel) => `${kernel.symbol}: its columns say ${expectedName(kernel)}`),
  ...parsed.value
    .map(({ op, symbol }) => join(KERNELS, op, `${symbol}.c`))
    .filter((path) => !sources.includes(path))
    .map((path) => `${path}: in the list, but there is no such file`),
  ...sources
    .filter((path) => !symbols.has(path.replace(/^.*\/|\.c$/g, "")))
    .map((path) => `${path}: not in the list of kernels`),
  ...(symbols.size < parsed.value.length ? ["a symbol is listed twice"] : []),
];

for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length > 0 ? 1 : 0;
