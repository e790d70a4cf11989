import { directReader } from "./direct-input.js";
import { exactValues } from "./exactness.js";
import type { FlattenNode, Graph, Node } from "./graph.js";
import type { KernelRequest, Tier } from "./kernel-table.js";
import { shapesOf } from "./shapes.js";

/** A node that a kernel runs. */
export type LayerNode = Exclude<Node, FlattenNode>;

/** What each layer of a graph in layout `hwc` asks of its kernel. */
export function layerRequests(graph: Graph, tier: Tier): (node: LayerNode) => KernelRequest {
  const exact = exactValues(graph);
  const shapes = shapesOf(graph);
  const direct = directReader(graph);
  return ({ name, op, inputs }) => {
    const [channels = 1] = shapes.get(inputs[0] ?? "") ?? [];
    const [outputs = 1] = shapes.get(name) ?? [];
    return {
      op,
      form: inputs.every((input) => exact.has(input)) ? "det" : "general",
      tier,
      channels: direct?.name === name ? 1 : channels,
      outputs,
    };
  };
}
