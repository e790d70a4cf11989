import { directReader } from "../ir/direct-input.js";
import { type Graph, INPUT } from "../ir/graph.js";
import { elements } from "../ir/shapes.js";
import { chosenKernel, FINITE, type KernelChoice } from "./kernel-choice.js";
import type { InputPlan } from "./plan.js";
import type { Storage } from "./storage.js";

/**
 * Settles how the input enters. A flat input with a mean each is n channels of one element, with
 * one mean a single channel.
 */
export function planInput(graph: Graph, kernels: KernelChoice, storage: Storage): InputPlan {
  const { shape, mean } = graph.input;
  const shiftOf = (length: number) =>
    Float32Array.from({ length }, (_, i) => mean[i % mean.length] ?? 0);
  const direct = directReader(graph);
  if (direct !== undefined) {
    const kernel = chosenKernel(kernels, FINITE);
    return { how: "direct", shape, kernel, shift: shiftOf(direct.planes) };
  }
  const channels = shape.length === 3 ? (shape[0] ?? 1) : mean.length;
  return {
    how: "copied",
    shape,
    kernel: chosenKernel(kernels, INPUT),
    channels,
    plane: elements(shape) / channels,
    shift: shiftOf(channels),
    output: storage.value(INPUT),
  };
}
