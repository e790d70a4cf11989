/** Small posterior files with fixed numbers. */
import { layerTensors, posteriorFile } from "../../../scripts/posterior/posterior-file.js";

/** 6 inputs, a hidden layer, three classes; `seed` chooses the weights. */
export function classifier(seed = 1, hidden = 5): Uint8Array {
  return posteriorFile({
    tensors: {
      ...layerTensors("fc1", [hidden, 6], seed),
      ...layerTensors("fc2", [3, hidden], seed + 10),
    },
    graph: {
      schema: 1,
      name: "small",
      input: { shape: [6], mean: [0.5], scale: [0.25] },
      ops: [
        { name: "fc1", op: "dense", inputs: ["input"] },
        { name: "relu1", op: "relu", inputs: ["fc1"] },
        { name: "fc2", op: "dense", inputs: ["relu1"] },
      ],
      output: { head: "classification", input: "fc2", labels: ["red", "green", "blue"] },
    },
  });
}

/** One dense layer whose weights are exact. */
export function withoutDeviations(): Uint8Array {
  const all = Object.entries(layerTensors("fc", [2, 3], 5));
  return posteriorFile({
    tensors: Object.fromEntries(all.filter(([name]) => !name.endsWith(".sd"))),
    graph: {
      schema: 1,
      name: "exact",
      input: { shape: [3], mean: [0], scale: [1] },
      ops: [{ name: "fc", op: "dense", inputs: ["input"] }],
      output: { head: "classification", input: "fc", labels: ["no", "yes"] },
    },
  });
}

/** A convolution over one 6 x 5 plane, pooling, two outputs with known noise. */
export function regressor(): Uint8Array {
  return posteriorFile({
    tensors: {
      ...layerTensors("conv1", [3, 1, 3, 2], 3),
      ...layerTensors("fc1", [2, 3 * 2 * 2], 7),
    },
    graph: {
      schema: 1,
      name: "small-regression",
      input: { shape: [1, 6, 5], mean: [0], scale: [1] },
      ops: [
        {
          name: "conv1",
          op: "conv2d",
          inputs: ["input"],
          attributes: { stride: [1, 1], padding: [0, 0, 0, 0] },
        },
        { name: "relu1", op: "relu", inputs: ["conv1"] },
        {
          name: "pool1",
          op: "maxpool2d",
          inputs: ["relu1"],
          attributes: { size: [2, 2], stride: [2, 2] },
        },
        { name: "flat", op: "flatten", inputs: ["pool1"] },
        { name: "fc1", op: "dense", inputs: ["flat"] },
      ],
      output: { head: "regression", input: "fc1", noise_sd: [0, 0.5] },
    },
  });
}

/** One dense layer on three inputs, and what it predicts by the formula of docs/math.md. */
export function linear() {
  const tensors = layerTensors("fc", [2, 3], 5);
  const graph = {
    schema: 1,
    name: "linear",
    input: { shape: [3], mean: [0], scale: [1] },
    ops: [{ name: "fc", op: "dense", inputs: ["input"] }],
    output: { head: "regression", input: "fc", noise_sd: [0.5, 0] },
  };
  const file = posteriorFile({ graph, tensors });
  const values = (name: string) => tensors[name]?.values ?? [];
  const rows = [0, 1];
  const sumOver = (input: readonly number[], row: number, term: (x: number, i: number) => number) =>
    input.reduce((sum, x, k) => sum + term(x, 3 * row + k), 0);
  const predict = (input: readonly number[]) => ({
    mean: rows.map(
      (row) =>
        sumOver(input, row, (x, i) => x * (values("fc.weight.mean")[i] ?? 0)) +
        (values("fc.bias.mean")[row] ?? 0),
    ),
    variance: rows.map(
      (row) =>
        sumOver(input, row, (x, i) => x ** 2 * (values("fc.weight.sd")[i] ?? 0) ** 2) +
        (values("fc.bias.sd")[row] ?? 0) ** 2,
    ),
    noise: [0.25, 0],
  });
  return { file, predict };
}

/** conv1 - relu1 - pool1 - flat - fc1 over two 4 x 6 planes, to three classes. */
export const smallGraph = {
  schema: 1,
  name: "small",
  input: { shape: [2, 4, 6], mean: [0.5, 0.25], scale: [0.5, 2] },
  ops: [
    {
      name: "conv1",
      op: "conv2d",
      inputs: ["input"],
      attributes: { stride: [1, 2], padding: [1, 0, 1, 0] },
    },
    { name: "relu1", op: "relu", inputs: ["conv1"] },
    { name: "pool1", op: "maxpool2d", inputs: ["relu1"], attributes: { size: [2, 1] } },
    { name: "flat", op: "flatten", inputs: ["pool1"] },
    { name: "fc1", op: "dense", inputs: ["flat"] },
  ],
  output: { head: "classification", input: "fc1", labels: ["a", "b", "c"] },
};

/** The posterior of smallGraph: conv1 gives [3, 4, 2], pool1 [3, 2, 2]. */
export const small = {
  graph: smallGraph,
  tensors: { ...layerTensors("conv1", [3, 2, 3, 3], 1), ...layerTensors("fc1", [3, 12], 5) },
};
