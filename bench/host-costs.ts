/**
 * Times every kernel on this computer and writes runtime-c/host-costs.json: `make host-costs`. Times
 * hold for one computer; what the generator takes from them is which kernel of the host is cheaper.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { findCompiler } from "../codegen/src/run/tools.js";
import { type CostFile, kernelCosts } from "./costs.js";
import { countKernels, readBoard } from "./kernel-counts.js";

const PATH = "runtime-c/host-costs.json";
const HOST = "host";

const workloads = new Map<string, Record<string, number>>();
for (const { symbol, numbers, cost } of countKernels(HOST)) {
  workloads.set(symbol, { ...workloads.get(symbol), [numbers]: cost });
}
const compiler = findCompiler(readBoard(HOST));
const file: CostFile = {
  schema: 1,
  measured: [
    cpus()[0]?.model.trim() ?? "unknown processor",
    `${compiler.ok ? compiler.value.cc : ""} -march=native`,
    "nanoseconds, the shortest of many runs, by make host-costs",
  ].join(", "),
  targets: {
    [HOST]: {
      unit: "nanoseconds",
      kernels: Object.fromEntries(
        [...workloads].map(([symbol, times]) => [symbol, kernelCosts(symbol, times)]),
      ),
    },
  },
};
writeFileSync(PATH, JSON.stringify(file, undefined, 2));
execFileSync("node_modules/.bin/biome", ["format", "--write", PATH], {
  stdio: ["ignore", "ignore", "inherit"],
});
console.log(`${PATH} is written`);
