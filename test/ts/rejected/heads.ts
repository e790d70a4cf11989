import { layerTensors, posteriorFile } from "../../../scripts/posterior/posterior-file.js";
import { smallGraph } from "../support/small-models.js";
import { denseOnly, type Rejected, withGraph } from "./case.js";

/** Heads that do not fit the graph. */
export const headCases: readonly Rejected[] = [
  {
    name: "an unknown head",
    file: withGraph({ output: { ...smallGraph.output, head: "classify" } }),
    expected: ["unknown-head output"],
    says: /there are classification, regression name one of these/,
  },
  {
    name: "a field of the other head",
    file: withGraph({ output: { ...smallGraph.output, noise_sd: [1] } }),
    expected: ["unknown-field output.noise_sd"],
    says: /head, input, labels/,
  },
  {
    name: "a head that reads nothing there is",
    file: withGraph({ output: { ...smallGraph.output, input: "fc2" } }),
    expected: ["unknown-head-input output.input"],
    says: /'fc2', which no op makes.*'fc1'/,
  },
  {
    name: "a calibration of a layer that there is not",
    file: withGraph({ calibration: { factors: { fc2: 2 }, temperature: 1 } }),
    expected: ["unknown-layer calibration.factors"],
    says: /no layer with weights called 'fc2'.*'fc1'/,
  },
  {
    name: "a calibration that takes variances away",
    file: withGraph({ calibration: { factors: { fc1: 0 }, temperature: 1 } }),
    expected: ["bad-field calibration.factors.fc1"],
    says: /1e-15/,
  },
  {
    name: "labels for other classes",
    file: withGraph({ output: { ...smallGraph.output, labels: ["a", "b"] } }),
    expected: ["labels-count output.labels"],
    says: /3 classes, found 2 labels/,
  },
  {
    name: "one class",
    file: () => posteriorFile(denseOnly([1, 4], { output: classification(1) })),
    expected: ["too-few-classes output.input"],
    says: /logits 0 and z/,
  },
  {
    name: "more classes than there are points for",
    file: () => posteriorFile(denseOnly([101, 4], { output: classification(101) })),
    expected: ["too-many-classes output.labels"],
    says: /100 classes at most, found 101/,
  },
  {
    name: "noise for other outputs",
    file: withGraph({ output: { head: "regression", input: "fc1", noise_sd: [1, 1] } }),
    expected: ["noise-sd-length output.noise_sd"],
    says: /3 outputs, found 2 values/,
  },
  {
    name: "negative noise",
    file: withGraph({ output: { head: "regression", input: "fc1", noise_sd: [1, -1, 0] } }),
    expected: ["bad-field output.noise_sd.1"],
    says: /found -1/,
  },
  {
    name: "a head on planes",
    file: () =>
      posteriorFile({
        graph: {
          ...smallGraph,
          ops: smallGraph.ops.slice(0, 3),
          output: { ...smallGraph.output, input: "pool1" },
        },
        tensors: layerTensors("conv1", [3, 2, 3, 3], 1),
      }),
    expected: ["shape-mismatch output.input"],
    says: /'pool1' gives \[3, 2, 2\]/,
  },
  {
    name: "a head on flattened planes, whose order differs in the runtime",
    file: () =>
      posteriorFile({
        graph: {
          ...smallGraph,
          ops: smallGraph.ops.slice(0, 4),
          output: { head: "regression", input: "flat", noise_sd: Array(12).fill(0) },
        },
        tensors: layerTensors("conv1", [3, 2, 3, 3], 1),
      }),
    expected: ["flattened-head output.input"],
    says: /dense layer between/,
  },
  {
    name: "a head that depends on no weight",
    file: () =>
      posteriorFile({
        graph: {
          ...smallGraph,
          input: { shape: [3] },
          ops: [{ name: "relu1", op: "relu", inputs: ["input"] }],
          output: { ...smallGraph.output, input: "relu1" },
        },
        tensors: {},
      }),
    expected: ["exact-head output.input"],
    says: /no weight/,
  },
];

function classification(classes: number) {
  const labels = Array.from({ length: classes }, (_, i) => `${i}`);
  return { head: "classification", input: "fc1", labels };
}
