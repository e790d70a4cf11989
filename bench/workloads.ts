import { readFileSync } from "node:fs";
import type { Kernel, KernelOp } from "../codegen/src/ir/kernel-table.js";
import type { ShapeFields } from "../codegen/src/ir/work.js";
import { parseKernelList } from "../codegen/src/target/kernel-list.js";

let list: readonly Kernel[] | undefined;

export function readKernelList(): readonly Kernel[] {
  if (list === undefined) {
    const parsed = parseKernelList(readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8"));
    if (!parsed.ok) {
      throw new Error(JSON.stringify(parsed.diagnostics));
    }
    list = parsed.value;
  }
  return list;
}

/** @throws where the list has no such kernel */
export function kernelOf(symbol: string): Kernel {
  const kernel = readKernelList().find((candidate) => candidate.symbol === symbol);
  if (kernel === undefined) {
    throw new Error(`there is no kernel ${symbol}`);
  }
  return kernel;
}

/** The instruction sets of a bench's line, whose kernels ` + ` joins. */
export function isasOf(kernels: string): string[] {
  return kernels.split(" + ").map((symbol) => kernelOf(symbol).isa);
}

/** The numbers of a shape as kernels.c prints them: `400 120 1`. */
export function numbersOf(text: string): number[] {
  return text.split(" ").map(Number);
}

const DENSE = ["in_len", "out_len", "in_planes"];
const CONV2D = [
  ...["in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel_h", "kernel_w"],
  ...["stride_h", "stride_w", "pad_top", "pad_left", "in_planes"],
];
const POOL2D = [
  ...["in_h", "in_w", "channels", "out_h", "out_w", "size_h", "size_w", "stride_h", "stride_w"],
];
const LENGTH = ["len"];

/** The numbers of a shape in the order in which kernels.c prints them. */
const FIELDS: Readonly<Record<KernelOp, readonly string[]>> = {
  dense: DENSE,
  dense_batch: DENSE,
  conv2d: CONV2D,
  conv2d_maxpool2d_relu: CONV2D,
  maxpool2d: POOL2D,
  maxpool2d_relu: POOL2D,
  covariance: DENSE,
  input: ["channels", "plane"],
  classify: ["classes", "points"],
  softmax: LENGTH,
  mixture: LENGTH,
  accumulate: LENGTH,
  relu: LENGTH,
  widen: LENGTH,
  narrow: LENGTH,
  finite: LENGTH,
  normal: LENGTH,
  draw: LENGTH,
  reparameterize: LENGTH,
};

/** Inputs at once of dense_batch, as in kernels.c. */
const BATCH = 8;

/** A shape by the names of its numbers. */
export function fieldsOf(op: KernelOp, numbers: readonly number[]): ShapeFields {
  return Object.fromEntries(FIELDS[op].map((name, i) => [name, numbers[i] ?? 0]));
}

/** What is measured at a shape, for a reader: its text, and how much of which unit it has. */
export interface Workload {
  readonly shape: string;
  readonly work: number;
  readonly unit: string;
}

export function describeWorkload(op: KernelOp, shape: ShapeFields): Workload {
  const { len = 0, in_len = 0, out_len = 0, in_planes = 1, classes = 0, points = 0 } = shape;
  const { in_h = 0, in_w = 0, in_c = 0, out_h = 0, out_w = 0, out_c = 0 } = shape;
  const { kernel_h = 0, kernel_w = 0, stride_h = 1, pad_top = 0, channels = 0 } = shape;
  const { size_h = 0, size_w = 0, plane = 0 } = shape;
  const planes = in_planes > 1 ? `, ${in_planes} planes` : "";
  switch (op) {
    case "dense":
      return { shape: `${in_len}-${out_len}${planes}`, work: in_len * out_len, unit: "weight" };
    case "dense_batch": {
      const work = BATCH * in_len * out_len;
      const text = `${in_len}-${out_len}${planes}, batch ${BATCH}`;
      return { shape: text, work, unit: "multiply-add" };
    }
    case "covariance": {
      const work = (out_len * (out_len - 1) * in_len) / 2;
      return { shape: `${in_len}-${out_len}`, work, unit: "multiply-add" };
    }
    case "conv2d":
    case "conv2d_maxpool2d_relu": {
      const stride = stride_h > 1 ? ` stride ${stride_h}` : "";
      const pad = pad_top > 0 ? ` pad ${pad_top}` : "";
      const kernel = `${out_c}@${kernel_h}x${kernel_w}${stride}${pad}${planes}`;
      const positions = (op === "conv2d" ? 1 : 4) * out_h * out_w;
      const work = positions * out_c * kernel_h * kernel_w * in_c * in_planes;
      return { shape: `${in_h}x${in_w}x${in_c}, ${kernel}`, work, unit: "multiply-add" };
    }
    case "maxpool2d":
    case "maxpool2d_relu": {
      const work = out_h * out_w * channels;
      return {
        shape: `${in_h}x${in_w}x${channels}, ${size_h}x${size_w}`,
        work,
        unit: "output",
      };
    }
    case "input": {
      const text = channels > 1 ? `${channels}x${plane}` : `${plane}`;
      return { shape: text, work: channels * plane, unit: "element" };
    }
    case "classify":
      return { shape: `${classes} classes, ${points} points`, work: points, unit: "point" };
    case "softmax":
    case "mixture":
      return { shape: `${len} classes`, work: len, unit: "class" };
    case "normal":
    case "draw":
    case "reparameterize":
      return { shape: `${len}`, work: len, unit: "draw" };
    default:
      return { shape: `${len}`, work: len, unit: "element" };
  }
}
