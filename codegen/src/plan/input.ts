import { directReader } from "../ir/direct-input.js";
import { type Graph, INPUT } from "../ir/graph.js";
import { chosenKernel, copiedInput, FINITE, type KernelChoice } from "./kernel-choice.js";
import type { InputPlan } from "./plan.js";
import type { Storage } from "./storage.js";

/** Settles how the input enters. */
export function planInput(graph: Graph, kernels: KernelChoice, storage: Storage): InputPlan {
  const { shape, mean } = graph.input;
  const shiftOf = (length: number) =>
    Float32Array.from({ length }, (_, i) => mean[i % mean.length] ?? 0);
  const direct = directReader(graph);
  if (direct !== undefined) {
    const kernel = chosenKernel(kernels, FINITE);
    const shift = shiftOf(direct.planes);
    const isHalves = chosenKernel(kernels, direct.name).dtype === "f16";
    const factor = isHalves ? [1 / (graph.input.scale[0] ?? 1)] : [];
    return { how: "direct", shape, kernel, shift: Float32Array.of(...shift, ...factor) };
  }
  const { channels, plane } = copiedInput(graph);
  return {
    how: "copied",
    shape,
    kernel: chosenKernel(kernels, INPUT),
    channels,
    plane,
    shift: shiftOf(channels),
    output: storage.value(INPUT),
  };
}
