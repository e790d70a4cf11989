import { numbers, type TensorSpec } from "../../../scripts/posterior/posterior-file.js";
import { type Rejected, withTensors } from "./case.js";

const bias: TensorSpec = { shape: [3], values: [1, 2, 3] };

/** Tensors that are no posterior, or not the one of the graph. */
export const valueCases: readonly Rejected[] = [
  {
    name: "a NaN and an infinity in means",
    file: withTensors({
      "fc1.bias.mean": { shape: [3], values: [1, Number.NaN, Number.NaN] },
      "conv1.bias.mean": { shape: [3], values: [1, 2, Number.NEGATIVE_INFINITY] },
    }),
    expected: ["non-finite-value conv1.bias.mean", "non-finite-value fc1.bias.mean"],
    says: /-Infinity at \[2\] \(1 of 3 values\)/,
  },
  {
    name: "a NaN as sd",
    file: withTensors({ "fc1.weight.sd": { shape: [3, 12], values: Array(36).fill(Number.NaN) } }),
    expected: ["non-finite-value fc1.weight.sd"],
    says: /NaN at \[0, 0\] \(36 of 36 values\)/,
  },
  {
    name: "negative sds",
    file: withTensors({
      "fc1.weight.sd": {
        shape: [3, 12],
        values: numbers(36, 1).map((x, i) => (i === 14 ? -0.5 : x ** 2)),
      },
    }),
    expected: ["negative-sd fc1.weight.sd"],
    says: /-0\.5 at \[1, 2\] \(1 of 36 values\).*softplus/,
  },
  {
    name: "a mean beyond float",
    file: withTensors({ "fc1.bias.mean": { dtype: "F64", shape: [3], values: [1, 1e300, 1] } }),
    expected: ["weight-overflow fc1"],
    says: /largest float/,
  },
  {
    name: "a missing mean",
    file: withTensors({ "conv1.weight.mean": undefined }),
    expected: ["missing-tensor conv1.weight.mean"],
    says: /conv2d 'conv1' needs it.*'conv1\.(weight\.sd|bias\.mean)'/,
  },
  {
    name: "an sd of a bias without its mean",
    file: withTensors({ "fc1.bias.mean": undefined }),
    expected: ["missing-tensor fc1.bias.mean"],
    says: /there is a fc1\.bias\.sd/,
  },
  {
    name: "tensors that no op uses, of a prototype's name too",
    file: withTensors({ "fc2.bias.mean": bias, "__proto__.weight.mean": bias, toString: bias }),
    expected: [
      "unused-tensor fc2.bias.mean",
      "unused-tensor __proto__.weight.mean",
      "unused-tensor toString",
    ],
    says: /'fc1\.bias\.mean'/,
  },
  {
    name: "an sd of another shape than its mean",
    file: withTensors({
      "fc1.weight.sd": { shape: [12, 3], values: numbers(36, 1).map(Math.abs) },
    }),
    expected: ["wrong-shape fc1.weight.sd"],
    says: /expected \[3, 12\], found \[12, 3\]/,
  },
  {
    name: "a bias that does not have one value an output",
    file: withTensors({
      "fc1.bias.mean": { shape: [1], values: [0] },
      "fc1.bias.sd": { shape: [1], values: [0] },
    }),
    expected: ["wrong-shape fc1.bias.mean", "wrong-shape fc1.bias.sd"],
    says: /expected \[3\], found \[1\]/,
  },
  {
    name: "a weight with an axis too many",
    file: withTensors({ "fc1.weight.mean": { shape: [3, 12, 1], values: numbers(36, 1) } }),
    expected: ["wrong-shape fc1.weight.mean"],
    says: /\[out, in\], found \[3, 12, 1\]/,
  },
  {
    name: "a weight of nothing",
    file: withTensors({ "fc1.weight.mean": { shape: [0, 12], values: [] } }),
    expected: ["wrong-shape fc1.weight.mean"],
    says: /found \[0, 12\]/,
  },
  {
    name: "an sd whose square exceeds float",
    file: withTensors({ "fc1.bias.sd": { shape: [3], values: [0, 1e20, 0] } }),
    expected: ["weight-overflow fc1"],
    says: /square of an sd/,
  },
];
