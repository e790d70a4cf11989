import type { Graph, Node, Shape } from "./graph.js";
import { elements, kernelSize } from "./shapes.js";

/** A shape argument of a kernel: a struct of pfp_kernels.h with its fields in order. */
export interface KernelShape {
  readonly type: "pfp_dense_shape" | "pfp_conv2d_shape" | "pfp_pool2d_shape";
  readonly fields: Readonly<Record<string, number>>;
}

/**
 * The shape argument that the kernels of `node` take; relu takes none. `planes`: how many planes
 * of one channel it reads, where it reads the user's own C, H, W.
 */
export function kernelShape(
  node: Node,
  input: Shape,
  output: Shape,
  layout: Graph["layout"],
  planes?: number,
): KernelShape | undefined {
  const [channels = 0, in_h = 0, in_w = 0] = input;
  const [out_c = 0, out_h = 0, out_w = 0] = output;
  switch (node.op) {
    case "dense":
      return {
        type: "pfp_dense_shape",
        fields: {
          in_len: elements(input),
          out_len: elements(output),
          in_planes: planes ?? 1,
        },
      };
    case "conv2d":
    case "conv2d_maxpool2d_relu": {
      const [kernel_h, kernel_w] = kernelSize(node, layout);
      const [stride_h, stride_w] = node.stride;
      const [pad_top, pad_left] = node.padding;
      const fields = {
        ...{ in_h, in_w, in_c: planes === undefined ? channels : 1, out_h, out_w, out_c },
        ...{ kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left },
        in_planes: planes ?? 1,
      };
      return { type: "pfp_conv2d_shape", fields };
    }
    case "maxpool2d":
    case "maxpool2d_relu": {
      const [size_h, size_w] = node.size;
      const [stride_h, stride_w] = node.stride;
      const fields = { in_h, in_w, channels, out_h, out_w, size_h, size_w, stride_h, stride_w };
      return { type: "pfp_pool2d_shape", fields };
    }
    default:
      return undefined;
  }
}
