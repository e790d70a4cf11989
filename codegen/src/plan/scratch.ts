import type { KernelShape } from "../ir/kernel-shape.js";
import type { Kernel } from "../ir/kernel-table.js";

/** Floats of scratch that `kernel` takes at a shape, as pfp_kernels.def defines them. */
export function scratchFloats(kernel: Kernel, shape: KernelShape | undefined): number {
  const { in_len = 0, in_c = 0, ...fields } = shape?.fields ?? {};
  const { kernel_h = 0, kernel_w = 0, stride_h = 0, stride_w = 0 } = fields;
  switch (kernel.scratch) {
    case "none":
      return 0;
    case "input":
      return in_len;
    case "patch":
      return (kernel_h + stride_h) * (kernel_w + stride_w) * in_c;
    case "row":
      return (kernel_w + stride_w) * in_c;
  }
}
