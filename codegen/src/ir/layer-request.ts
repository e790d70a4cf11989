import { directReader } from "./direct-input.js";
import { exactValues, formOf } from "./exactness.js";
import type { FlattenNode, Graph, Node } from "./graph.js";
import { kernelShape } from "./kernel-shape.js";
import type { Dtype, KernelOptions, KernelRequest, WeightFormat } from "./kernel-table.js";
import { elements, shapesOf } from "./shapes.js";

/** A node that a kernel runs. */
export type LayerNode = Exclude<Node, FlattenNode>;

/** What each layer of a graph in layout `hwc` asks of its kernel. */
export function layerRequests(
  graph: Graph,
  options: KernelOptions,
): (node: LayerNode) => KernelRequest {
  const exact = exactValues(graph);
  const shapes = shapesOf(graph);
  const direct = directReader(graph);
  return (node) => {
    const { name, op, inputs } = node;
    const dtype = workingDtype(node);
    const form = formOf(node, exact);
    const input = shapes.get(inputs[0] ?? "") ?? [];
    const output = shapes.get(name) ?? [];
    const planes = direct?.name === name ? direct.planes : undefined;
    const shape = kernelShape(node, input, output, graph.layout, planes);
    return {
      op,
      form,
      tier: options.tier,
      dtype,
      weights: weightFormat(form, dtype, options),
      shape: shape?.fields ?? { len: elements(output) },
    };
  };
}

/** What the kernel of a node works with. */
function workingDtype({ op, dtype = "f32" }: LayerNode): Dtype {
  return op === "widen" || op === "narrow" ? "f16" : dtype;
}

function weightFormat(
  form: KernelRequest["form"],
  dtype: Dtype,
  { weights }: KernelOptions,
): WeightFormat {
  if (dtype === "f16") {
    return "f16";
  }
  // A layer without sds has nothing to gain from the formats, which store them.
  return form === "exact" ? "f32" : weights;
}
