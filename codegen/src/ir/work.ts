import type { Kernel } from "./kernel-table.js";

/**
 * The numbers of a kernel's shape by name: the fields of its struct in pfp_kernels.h, or its
 * arguments: `len`; `channels` and `plane`; `classes` and `points`.
 */
export type ShapeFields = Readonly<Record<string, number>>;

/**
 * What a kernel does at a shape, in counts of what it repeats, by name (docs/kernels.md, Costs).
 * Tiles are counted whole, so that outputs and positions that only fill up the last one cost as
 * much as others.
 */
export type Work = Readonly<Record<string, number>>;

/** The names that `workOf` may give; a cost table has a cost for some of them. */
export const WORK_TERMS = [
  ...[
    "call",
    "input",
    "strip",
    "expand",
    "place",
    "gather",
    "tile",
    "lane",
    "spread",
    "part",
    "line",
    "weight",
    "odd",
    "edge",
    "single",
    "half",
    "rest",
  ],
  ...["row", "group", "scatter", "pair", "window", "sort", "root", "point", "logit", "product"],
] as const;

const LANES = 4;

/** What `kernel` does at a shape. */
export function workOf(
  kernel: Pick<Kernel, "op" | "rows" | "outputs" | "needs" | "weights" | "isa">,
  shape: ShapeFields,
): Work {
  switch (kernel.op) {
    case "dense":
    case "dense_batch":
      return denseWork(kernel, shape);
    case "conv2d":
    case "conv2d_maxpool2d_relu":
      return convolutionWork(kernel, shape);
    case "maxpool2d":
    case "maxpool2d_relu":
      return poolingWork(shape);
    case "covariance":
      return covarianceWork(shape);
    case "classify":
      return classifyWork(shape);
    case "input": {
      const { channels = 1, plane = 1 } = shape;
      const groups = channels * Math.floor(plane / LANES);
      const isFlat = channels === 1;
      return {
        call: 1,
        row: channels,
        group: isFlat ? groups : 0,
        scatter: isFlat ? 0 : groups,
        rest: plane % LANES === 0 ? 0 : channels,
      };
    }
    default: {
      const { len = 0 } = shape;
      return { call: 1, group: Math.floor(len / LANES), rest: len % LANES === 0 ? 0 : 1 };
    }
  }
}

/** Outputs that the panels of a kernel have room for at a shape: padding included. */
export function paddedOutputs(outputs: number, { out_len, out_c, channels = 1 }: ShapeFields) {
  return Math.ceil((out_len ?? out_c ?? channels) / outputs) * outputs;
}

/**
 * `single`: weights of a last panel that has no other beside it; `half`: all weights, of a last
 * panel that is not half full only one half, which is what vfp kernels work out.
 */
function denseWork({ outputs, isa }: Pick<Kernel, "outputs" | "isa">, shape: ShapeFields): Work {
  const { in_len = 1 } = shape;
  const tiles = paddedOutputs(outputs, shape) / outputs;
  return {
    call: 1,
    input: in_len,
    tile: tiles,
    weight: tiles * outputs * in_len,
    single: (tiles % 2) * outputs * in_len,
    half: isa === "vfp" ? paddedOutputs(outputs / 2, shape) * in_len : 0,
    rest: tiles * (in_len % 8),
  };
}

/**
 * `input`: inputs that are prepared, padding included; `strip`: rows of them; `expand`: taps whose
 * compact weights are expanded for all positions; `tile`: register tiles
 * of positions by outputs; `line`: kernel rows of them; `weight`: multiply-adds. Tiles of four positions
 * and more read a copy of the input with its padding; smaller ones leave padding out, and at its
 * `edge` may not find as many positions alike as they have room for. Planar kernels have code of their own for rows of three and
 * five taps at stride one; other rows are `odd`.
 */
function convolutionWork(
  { op, rows, outputs, needs, weights }: Parameters<typeof workOf>[0],
  shape: ShapeFields,
): Work {
  const isPlanar = needs === "planar";
  const { in_c = 1, in_planes = 1, kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1 } = shape;
  const pool = op === "conv2d" ? 1 : 2;
  const [height, width] = [pool * (shape.out_h ?? 1), pool * (shape.out_w ?? 1)];
  const panels = paddedOutputs(outputs, shape) / outputs;
  const places = tilesOf(height, width, rows, isPlanar);
  const tiles = panels * places;
  const { out_c = 1 } = shape;
  const isCopied = rows >= LANES;
  const inside = isCopied ? [kernel_h, kernel_w] : insideWindow(shape, height, width);
  const [lines = 1, run = 1] = inside;
  const stripRows = in_planes * ((height - 1) * stride_h + kernel_h);
  const isOdd = isPlanar && !(stride_w === 1 && (kernel_w === 3 || kernel_w === 5));
  const multiplyAdds = tiles * rows * outputs * lines * run * in_c * in_planes;
  return {
    call: 1,
    input: stripRows * ((width - 1) * stride_w + kernel_w) * in_c,
    strip: stripRows,
    expand: isPlanar && weights !== "f32" ? panels * kernel_h * kernel_w * in_planes : 0,
    place: isCopied ? 0 : height * width,
    gather: isCopied ? 0 : height * width * lines * run * in_c * in_planes,
    tile: tiles,
    lane: places * Math.ceil(out_c / LANES),
    spread: out_c === outputs || !isPlanar ? 0 : tiles,
    part: places * rows * (out_c % outputs),
    line: tiles * lines * in_planes,
    weight: isOdd ? 0 : multiplyAdds,
    odd: isOdd ? multiplyAdds : 0,
    edge: isCopied
      ? 0
      : panels * outputs * height * edgeColumns(shape, width) * lines * run * in_c * in_planes,
    rest: tiles * lines * in_planes * ((kernel_w * in_c) % LANES),
  };
}

/** Planar kernels have four columns in a row of a tile, others positions one after another. */
function tilesOf(height: number, width: number, rows: number, isPlanar: boolean): number {
  return isPlanar && rows >= LANES
    ? Math.ceil(width / LANES) * Math.ceil(height / (rows / LANES))
    : Math.ceil((height * width) / rows);
}

/** Columns of positions whose windows reach into padding. */
function edgeColumns(shape: ShapeFields, width: number): number {
  const { in_w = 1, kernel_w = 1, stride_w = 1, pad_left = 0 } = shape;
  const first = Math.ceil(pad_left / stride_w);
  const last = Math.floor((in_w + pad_left - kernel_w) / stride_w);
  return width - Math.max(0, Math.min(last, width - 1) - first + 1);
}

/** Rows and columns of the kernel that lie in the input, on average over all positions. */
function insideWindow(shape: ShapeFields, height: number, width: number): [number, number] {
  const { in_h = 1, in_w = 1, kernel_h = 1, kernel_w = 1 } = shape;
  const { stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0 } = shape;
  const along = (count: number, stride: number, pad: number, kernel: number, input: number) => {
    let sum = 0;
    for (let at = 0; at < count; at++) {
      const begin = at * stride - pad;
      sum += Math.max(0, Math.min(begin + kernel, input) - Math.max(begin, 0));
    }
    return sum / count;
  };
  return [
    along(height, stride_h, pad_top, kernel_h, in_h),
    along(width, stride_w, pad_left, kernel_w, in_w),
  ];
}

/**
 * `pair`: windows of 2x2, which have code of their own; of others `group` counts windows, `window`
 * their maxima of two, `sort` their comparisons.
 */
function poolingWork(shape: ShapeFields): Work {
  const { channels = 1, out_h = 1, out_w = 1, size_h = 1, size_w = 1, stride_w = 1 } = shape;
  const positions = out_h * out_w;
  const size = size_h * size_w;
  if (size === 2 && stride_w === 1) {
    return { call: 1, line: out_h, product: out_h * Math.ceil((out_w * channels) / LANES) };
  }
  const groups = positions * Math.ceil(channels / LANES);
  const isCommon = size_h === 2 && size_w === 2 && channels >= LANES;
  return {
    call: 1,
    row: positions,
    pair: isCommon ? groups : 0,
    group: isCommon ? 0 : groups,
    window: isCommon ? 0 : groups * (size - 1),
    sort: isCommon ? 0 : (groups * size * (size - 1)) / 2,
  };
}

function covarianceWork({ in_len = 1, out_len = 1 }: ShapeFields): Work {
  let groups = 0;
  for (let row = 0; row < out_len; row++) {
    groups += Math.ceil(row / LANES);
  }
  const pairs = (out_len * (out_len - 1)) / 2;
  return {
    call: 1,
    row: out_len,
    group: groups,
    weight: groups * in_len,
    pair: pairs,
    product: pairs * in_len,
    input: out_len * in_len,
  };
}

function classifyWork({ classes = 1, points = 1 }: ShapeFields): Work {
  const groups = points / LANES;
  return {
    call: 1,
    row: classes,
    root: (classes * (classes * classes - 1)) / 6,
    point: groups,
    logit: groups * classes,
    product: (groups * classes * (classes + 1)) / 2,
  };
}
