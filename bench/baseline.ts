/**
 * Compares instructions, stack and sizes with bench/baseline.json, and what is made from it.
 *
 *   node --import tsx bench/baseline.ts            prints the differences; exit 1 beyond 2 %
 *   node --import tsx bench/baseline.ts --update   writes bench/baseline.json,
 *                                                  runtime-c/costs.json and docs/kernels.md anew
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { differences, showDifference } from "./compare.js";
import { costsOf } from "./costs.js";
import { type Figures, measureFigures, readKernelList } from "./figures.js";
import { kernelsPage } from "./kernels-page.js";

const BASELINE = "bench/baseline.json";
const COSTS = "runtime-c/costs.json";
const PAGE = "docs/kernels.md";

const before = existsSync(BASELINE)
  ? (JSON.parse(readFileSync(BASELINE, "utf8")) as Figures)
  : undefined;
const now = await measureFigures();
const changed = differences(before ?? {}, now);
console.log(changed.map(showDifference).join("\n") || "no difference");

if (process.argv.includes("--update")) {
  writeFileSync(BASELINE, JSON.stringify(now, undefined, 2));
  writeFileSync(COSTS, JSON.stringify(costsOf(now), undefined, 2));
  execFileSync("node_modules/.bin/biome", ["format", "--write", BASELINE, COSTS], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(PAGE, kernelsPage(readKernelList(), now));
} else if (changed.some(({ fails }) => fails)) {
  console.error("\nIf this is meant: make baseline");
  process.exitCode = 1;
}
