import {
  numbers,
  posteriorFile,
  type TensorSpec,
} from "../../../scripts/posterior/posterior-file.js";

/**
 * A small posterior in which every term of a linear layer's moments matters about as much as the
 * others, unlike in a trained one: two convolutions, pooling and a dense layer.
 */
export function evenPosterior(): Uint8Array {
  const stride = [1, 1];
  const padding = [1, 1, 1, 1];
  return posteriorFile({
    graph: {
      schema: 1,
      name: "even",
      input: { shape: [1, 8, 8], mean: [0.5], scale: [0.5] },
      ops: [
        { name: "conv1", op: "conv2d", inputs: ["input"], attributes: { stride, padding } },
        { name: "conv2", op: "conv2d", inputs: ["conv1"], attributes: { stride, padding } },
        { name: "relu", op: "relu", inputs: ["conv2"] },
        {
          name: "pool",
          op: "maxpool2d",
          inputs: ["relu"],
          attributes: { size: [2, 2], stride: [2, 2] },
        },
        { name: "flat", op: "flatten", inputs: ["pool"] },
        { name: "fc1", op: "dense", inputs: ["flat"] },
      ],
      output: { head: "classification", input: "fc1", labels: numbers(13, 0).map(String) },
    },
    tensors: {
      ...evenLayer("conv1", [6, 1, 3, 3], 1),
      ...evenLayer("conv2", [9, 6, 3, 3], 5),
      ...evenLayer("fc1", [13, 144], 9),
    },
  });
}

/** An image for it, between 0 and 1. */
export function evenInput(): Float32Array {
  return Float32Array.from(numbers(64, 21), (x) => (1 + x) / 2);
}

function evenLayer(name: string, shape: readonly number[], seed: number) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const out = shape[0] ?? 0;
  const scale = Math.sqrt(out / size);
  const spread = (count: number, of: number, by: number) =>
    numbers(count, of).map((x) => by * (1 + x / 2));
  return {
    [`${name}.weight.mean`]: { shape, values: numbers(size, seed).map((x) => 1.4 * scale * x) },
    [`${name}.weight.sd`]: { shape, values: spread(size, seed + 1, scale) },
    [`${name}.bias.mean`]: { shape: [out], values: numbers(out, seed + 2) },
    [`${name}.bias.sd`]: { shape: [out], values: spread(out, seed + 3, 0.7) },
  } satisfies Record<string, TensorSpec>;
}
