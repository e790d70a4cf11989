/**
 * Compares instructions and sizes with bench/baseline.json, and what is made from it.
 *
 *   node --import tsx bench/baseline.ts            prints the differences; exit 1 beyond 2 %
 *   node --import tsx bench/baseline.ts --update   writes bench/baseline.json,
 *                                                  runtime-c/costs.json and docs/kernels.md anew
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { differences, showDifference } from "./compare.js";
import { costsOf } from "./costs.js";
import { type Figures, measureKernels, measureModels } from "./figures.js";
import { kernelsPage } from "./kernels-page.js";
import { readKernelList } from "./workloads.js";

const BASELINE = "bench/baseline.json";
const COSTS = "runtime-c/costs.json";
const PAGE = "docs/kernels.md";

const isUpdate = process.argv.includes("--update");
const before = existsSync(BASELINE)
  ? (JSON.parse(readFileSync(BASELINE, "utf8")) as Figures)
  : undefined;
const kernels = measureKernels();
if (isUpdate) {
  write(COSTS, costsOf(kernels));
}
const now = await measureModels(kernels);
const changed = differences(before ?? {}, now);
console.log(changed.map(showDifference).join("\n") || "no difference");

if (isUpdate) {
  write(BASELINE, now);
  writeFileSync(PAGE, kernelsPage(readKernelList(), now));
} else if (changed.some(({ fails }) => fails)) {
  console.error("\nIf this is meant: make baseline");
  process.exitCode = 1;
}

function write(path: string, content: object): void {
  writeFileSync(path, JSON.stringify(content, undefined, 2));
  execFileSync("node_modules/.bin/biome", ["format", "--write", path], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
