/**
 * Measures kernels and both models on every target and writes bench/results.md,
 * bench/results.json, a chart of each model and the short form in README.md, with the bars of bars.ts:
 * `make bench`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { benchAsSvg } from "../codegen/src/cli/bench-chart.js";
import { defaults } from "../codegen/src/defaults.js";
import type { LeftOut, Measurement } from "../codegen/src/run/bench/bench.js";
import { BASELINE } from "../codegen/src/run/bench/variants.js";
import { prepareModel } from "../codegen/src/run/prepare.js";
import { isInstalled } from "../codegen/src/run/tools.js";
import { bars, judge, type Results } from "./bars.js";
import { benchBatches, benchModels, MODELS, SMALL_WEIGHTS } from "./bench-models.js";
import { TESTED_BOARDS } from "./figures.js";
import { countKernels, type KernelCount, readBoard } from "./kernel-counts.js";
import { largeModelEffort } from "./large-model.js";
import type { FormatDrift } from "./measure-drift.js";
import { chartName, resultsPage } from "./results-page.js";
import { withShortForm } from "./short-form.js";

const COMMANDS = [
  ...["clang-19", "gcc", "aarch64-linux-gnu-gcc", "arm-none-eabi-gcc"],
  ...["qemu-aarch64", "qemu-system-arm", "llvm-mca-19", "node"],
];

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The first line with a number that a command says of its version. */
function version(command: string): string {
  if (!isInstalled(command)) {
    return `${command}: not installed`;
  }
  const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  const line = stdout.split("\n").find((candidate) => /\d+\.\d+/.test(candidate)) ?? "";
  return `${command}: ${line.trim()}`;
}

/** Seconds of one `pfp compile` of LeNet-5, start of the command included: the best of three. */
function compileSeconds(): number {
  const out = mkdtempSync(join(tmpdir(), "pfp-bench-"));
  const words = ["compile", "models/lenet5.safetensors", "--target", "cortex-a53", "--out", out];
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    execFileSync(process.execPath, ["codegen/bin/pfp.js", ...words], { stdio: "ignore" });
    return (performance.now() - start) / 1000;
  });
  rmSync(out, { recursive: true });
  return Math.min(...times);
}

function bandwidthShare(): number | undefined {
  if (!existsSync("bench/growth.json")) {
    return undefined;
  }
  const { sizes } = JSON.parse(readFileSync("bench/growth.json", "utf8")) as {
    readonly sizes: readonly { readonly bandwidth_share: number }[];
  };
  return sizes.at(-1)?.bandwidth_share;
}

/** Bytes of the layers' weights of LeNet-5 in the formats that have a bar. */
async function packedBytes(): Promise<Results["packedBytes"]> {
  const bytes: Record<string, number> = {};
  for (const weights of SMALL_WEIGHTS) {
    const model = "models/lenet5.safetensors";
    const request = { ...defaults, model, target: "cortex-a53", weights };
    const prepared = await prepareModel(request);
    if (!prepared.ok) {
      throw new Error(JSON.stringify(prepared.diagnostics));
    }
    const { report, resources } = prepared.value.generation;
    const layers = new Set(report.layers.map(({ name }) => name));
    bytes[weights] = resources.steps
      .filter(({ name }) => layers.has(name))
      .reduce((sum, { weight_bytes }) => sum + weight_bytes, 0);
  }
  return bytes;
}

function drift(): readonly FormatDrift[] {
  return existsSync("bench/drift.json")
    ? JSON.parse(readFileSync("bench/drift.json", "utf8")).drift
    : [];
}

/** A chart a model, by each target's first compiler, without sampled twins, which dwarf the others. */
async function writeCharts(models: readonly Measurement[]): Promise<void> {
  for (const model of MODELS) {
    const own = models.filter((one) => one.graph === model && !isSampled(one));
    const shown = own.filter(
      ({ target, compiler }) => compiler === own.find((one) => one.target === target)?.compiler,
    );
    writeFileSync(`bench/${chartName(model)}`, await benchAsSvg(shown));
  }
}

function isSampled({ variant }: Measurement): boolean {
  return variant !== "pfp" && variant !== BASELINE;
}

const kernels: Record<string, readonly KernelCount[]> = {};
for (const board of TESTED_BOARDS) {
  note(`kernels on ${board}`);
  kernels[readBoard(board).target] = countKernels(board);
}
const leftOut = new Map<string, LeftOut>();
const models = await benchModels(leftOut, note);
const batches = await benchBatches(leftOut, note);
const results: Results = {
  kernels,
  models,
  compileSeconds: compileSeconds(),
  largeModel: await largeModelEffort(),
  packedBytes: await packedBytes(),
  bandwidthShare: bandwidthShare(),
  drift: drift(),
};
const machine = [
  `processor: ${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
  ...COMMANDS.map(version),
];
const text = resultsPage(results, batches, machine, [...leftOut.values()]);
writeFileSync("bench/results.md", text);
await writeCharts(models);
writeFileSync("README.md", withShortForm(readFileSync("README.md", "utf8"), results));
const summary = bars.map((bar) => {
  const { figure, target, unit, better, bar: limit = null } = bar;
  const value = bar.value(results) ?? null;
  return { figure, target, bar: limit, value, unit, better, verdict: judge(bar, results) };
});
const left_out = [...leftOut.values()];
writeFileSync(
  "bench/results.json",
  `${JSON.stringify({ machine, bars: summary, kernels, models, batches, left_out }, undefined, 1)}\n`,
);
console.log(text.slice(text.indexOf("## Bars"), text.indexOf("## Models")));
console.log("bench/results.md, its charts and bench/results.json are written");
