import type { KernelShape } from "../ir/kernel-shape.js";
import { dtypeBytes, inputDtype, type Kernel, outputDtype } from "../ir/kernel-table.js";

/**
 * How many bytes before an input an output has to begin, at least, to lie over it, for kernels
 * that write their output row by row and read no row of the input once it is consumed
 * (pfp_kernels.h says which). Undefined for kernels that give no such promise.
 */
export function rowGap(kernel: Kernel, shape: KernelShape | undefined): number | undefined {
  if (shape === undefined || !worksInRows(kernel)) {
    return undefined;
  }
  const { in_h = 0, in_w = 0, in_c, out_h = 0, out_w = 0, out_c, ...rest } = shape.fields;
  const { channels = 0, size_h = 1, kernel_h = size_h, stride_h = 1, pad_top = 0 } = rest;
  const inRow = in_w * (in_c ?? channels) * dtypeBytes[inputDtype(kernel)];
  const outRow = out_w * (out_c ?? channels) * dtypeBytes[outputDtype(kernel)];
  const pooled = kernel.op === "conv2d_maxpool2d_relu" ? 2 : 1;
  /** The first input row that row `y` of windows reads; none where all lies in padding. */
  const firstRead = (y: number) => {
    const begin = y * stride_h - pad_top;
    const isRead = begin + kernel_h > 0 && begin < in_h;
    return isRead ? Math.max(0, begin) : Number.POSITIVE_INFINITY;
  };
  let gap = 0;
  let needed = Number.POSITIVE_INFINITY;
  for (let y = out_h - 1; y >= 0; y--) {
    for (let row = pooled * y; row < pooled * (y + 1); row++) {
      needed = Math.min(needed, firstRead(row));
    }
    gap = Math.max(gap, (y + 1) * outRow - needed * inRow);
  }
  return gap;
}

function worksInRows({ op, form }: Kernel): boolean {
  switch (op) {
    case "conv2d":
    case "conv2d_maxpool2d_relu":
      return form !== "det";
    case "maxpool2d":
    case "maxpool2d_relu":
      return true;
    default:
      return false;
  }
}
