/**
 * Drift of every format over both test sets: writes bench/drift.md and bench/drift.json.
 * `make drift`.
 */
import { writeFileSync } from "node:fs";
import { TIERS } from "../codegen/src/ir/kernel-table.js";
import { driftBars, judge } from "./bars.js";
import { MODELS } from "./bench-models.js";
import { table } from "./kernels-page.js";
import { type FormatDrift, measureDrift } from "./measure-drift.js";

const IMAGES = 10_000;

const drift: FormatDrift[] = [];
for (const model of MODELS) {
  for (const tier of TIERS) {
    process.stderr.write(`${model}, ${tier} tier\n`);
    drift.push(...(await measureDrift(model, tier, IMAGES)));
  }
}
const results = {
  ...{ kernels: {}, models: [], compileSeconds: undefined, bandwidthShare: undefined },
  ...{ largeModel: undefined, packedBytes: {} },
};
const page = [
  "# Drift",
  "",
  "Written by `make drift`: what each format of `--weights`, and `--activations f16` (on a Cortex-A76",
  "under QEMU, whose weights are f16 too), changes against f32 of the same tier, over",
  `the ${IMAGES.toLocaleString("en-US")} images of MNIST's test set and as many of Fashion-MNIST's, on the host. Other targets`,
  "compute the same numbers from the same packed weights (`test/ts/network-weights.test.ts`).",
  "",
  "The bars hold the largest change, either way, of both models and tiers:",
  "",
  ...table(
    ["figure", "bar", "measured", "unit", ""],
    driftBars.map((bar) => [
      bar.figure,
      `<= ${bar.bar}`,
      (bar.value({ ...results, drift }) ?? Number.NaN).toFixed(5),
      bar.unit,
      judge(bar, { ...results, drift }),
    ]),
  ),
  "",
  "A probability's change is the total variation, half the sum over classes; that of epistemic is its mean",
  "|difference| over f32's mean, and the largest in nats. Accuracy in points of MNIST's labels, AUROC of",
  "epistemic between the two sets.",
  "",
  ...table(
    [
      ...["model, tier", "format", "bytes", "accuracy", "AUROC", "labels changed"],
      ...["probability: mean", "largest", "epistemic: mean", "largest, nats"],
    ],
    drift.map((one) => [
      `${one.model}, ${one.tier}`,
      one.format,
      one.weight_bytes.toLocaleString("en-US"),
      one.format === "f32" ? `${one.accuracy.toFixed(2)} %` : signed(one.accuracy_change, 2),
      one.format === "f32" ? one.auroc.toFixed(4) : signed(one.auroc_change, 5),
      `${(100 * one.labels).toFixed(2)} %`,
      one.probability.toFixed(5),
      one.largest_probability.toFixed(4),
      `${(100 * one.epistemic).toFixed(2)} %`,
      one.largest_epistemic.toFixed(4),
    ]),
  ),
  "",
].join("\n");
writeFileSync("bench/drift.md", page);
writeFileSync("bench/drift.json", `${JSON.stringify({ images: IMAGES, drift }, undefined, 1)}\n`);
console.log(page);

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? "0" : value > 0 ? `+${text}` : text;
}
