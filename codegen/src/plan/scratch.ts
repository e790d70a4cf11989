import type { KernelShape } from "../ir/kernel-shape.js";
import type { Kernel } from "../ir/kernel-table.js";

/** Elements of scratch, of its dtype, that `kernel` takes at a shape, as pfp_kernels.def defines them. */
export function scratchLength(kernel: Kernel, shape: KernelShape | undefined): number {
  const { in_len = 0, in_c = 0, in_planes = 0, ...fields } = shape?.fields ?? {};
  const { in_h = 0, in_w = 0, out_h = 0, out_w = 0 } = fields;
  const { kernel_h = 0, kernel_w = 0, stride_h = 0, stride_w = 0 } = fields;
  const isPooled = kernel.op === "conv2d_maxpool2d_relu";
  switch (kernel.scratch) {
    case "none":
      return 0;
    case "input":
      return in_len > 0 ? in_len : in_planes * in_h * in_w * in_c;
    case "planes": {
      const reach = (out: number, stride: number, size: number) =>
        ((isPooled ? 2 : 1) * out - 1) * stride + size;
      const plane = reach(out_h, stride_h, kernel_h) * reach(out_w, stride_w, kernel_w);
      return 2 * (in_len > 0 ? in_len : in_planes * plane * in_c);
    }
    case "patch":
      return (kernel_h + stride_h) * (kernel_w + stride_w) * in_c;
    case "patches":
      return 2 * in_planes * (kernel_h + stride_h) * (kernel_w + stride_w) * in_c;
    case "row":
      return (kernel_w + stride_w) * in_c;
    case "strip": {
      const rows = kernel_h + (isPooled ? stride_h : 0);
      const columns = kernel_w + (isPooled ? 3 : 7) * stride_w;
      return (kernel.form === "exact" ? 1 : 2) * in_planes * rows * columns;
    }
  }
}
