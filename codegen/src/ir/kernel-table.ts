import type { ShapeFields } from "./work.js";

/** What a kernel computes; the names of runtime-c/include/pfp/pfp_kernels.def. */
export type KernelOp =
  | "dense"
  | "dense_batch"
  | "conv2d"
  | "conv2d_maxpool2d_relu"
  | "relu"
  | "widen"
  | "narrow"
  | "maxpool2d"
  | "maxpool2d_relu"
  | "finite"
  | "input"
  | "covariance"
  | "softmax"
  | "classify"
  | "normal"
  | "draw"
  | "reparameterize"
  | "accumulate"
  | "mixture";

/**
 * `pfp`: one pass with means and variances; `deterministic`: the posterior means alone; `sampled`:
 * many passes, each with weights or activations drawn from the posterior.
 */
export const MODES = ["pfp", "deterministic", "sampled"] as const;
export type Mode = (typeof MODES)[number];

/** Precision of the special functions (docs/math.md). */
export const TIERS = ["accurate", "fast"] as const;
export type Tier = (typeof TIERS)[number];

/** How weights are stored; see pfp_kernels.h. */
export const WEIGHT_FORMATS = ["f32", "f16", "bf16", "i8u8", "i8u4"] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

/** What activations are; see pfp_kernels.h. */
export const DTYPES = ["f32", "f16"] as const;
export type Dtype = (typeof DTYPES)[number];

/** Bytes of an activation. */
export const dtypeBytes: Readonly<Record<Dtype, number>> = { f32: 4, f16: 2 };

/** What the user wants of all kernels. */
export interface KernelOptions {
  readonly tier: Tier;
  /** How weights are stored; layers that work in halves store theirs as halves. */
  readonly weights: WeightFormat;
  /** What values between layers are stored as, by default f32. */
  readonly activations?: Dtype;
}

/** One line of pfp_kernels.def. */
export interface Kernel {
  readonly symbol: string;
  readonly op: KernelOp;
  /** `det` takes an exact input, `exact` exact weights too, `sampled` draws its weights. */
  readonly form: "general" | "det" | "exact" | "sampled";
  /** `any`: the kernel uses no special functions. */
  readonly tier: Tier | "any";
  readonly dtype: Dtype;
  readonly weights: WeightFormat | "none";
  /** Register tile: rows (positions) by outputs; see panelOutputs. */
  readonly rows: number;
  readonly outputs: number;
  readonly isa: string;
  /** How much scratch it takes; see scratchFloats in plan/. */
  readonly scratch: "none" | "input" | "patch" | "patches" | "row" | "planes" | "strip";
  /** `planar`: only inputs of one channel a plane. */
  readonly needs: "any" | "planar";
}

/** Outputs that a panel of a kernel's weights holds: eight in the compact formats. */
export function panelOutputs({ weights, outputs }: Pick<Kernel, "weights" | "outputs">): number {
  return weights === "none" || weights === "f32" ? outputs : 8;
}

/** What costs are counted in. */
export type CostUnit = "instructions" | "cycles" | "nanoseconds";

/** What a kernel costs: of each term of its work (work.ts), in the unit of its table. */
export type KernelCosts = Readonly<Record<string, number>>;

/** What was measured of a kernel on a target; what was not is absent. */
export interface KernelFigures {
  readonly costs?: KernelCosts;
  /** Bytes of instructions and of their constants. */
  readonly code?: number;
  /** Bytes of stack, at worst. */
  readonly stack?: number;
}

/** The name under which figures of the generated function itself stand beside those of kernels. */
export const PREDICT = "model_predict";

/** Where weights are read from. */
export interface WeightMemory {
  /** A layer's weights of at most so many bytes stay in a cache; 0 without one. */
  readonly cacheBytes: number;
  /** Of the memory behind it, in cycles of the core. */
  readonly bytesPerCycle: number;
  /** What the core executes in a cycle while it waits for nothing. */
  readonly instructionsPerCycle: number;
  readonly clockHz: number;
}

/** What a target can run, its best instruction set first. */
export interface KernelTable {
  readonly target: string;
  readonly kernels: readonly Kernel[];
  /** By symbol. */
  readonly figures: ReadonlyMap<string, KernelFigures>;
  /** Of the costs in `figures`. */
  readonly unit: CostUnit;
  /** Absent where it is not known to slow anything down. */
  readonly weightMemory?: WeightMemory;
}

/** What is asked of a kernel. */
export interface KernelRequest {
  readonly op: KernelOp;
  readonly form: Kernel["form"];
  readonly tier: Tier;
  /** What it works with. Default: f32. */
  readonly dtype?: Dtype;
  /** How its weights are stored; kernels without any do not care. Default: f32. */
  readonly weights?: WeightFormat;
  /** Absent where only the kind of kernel matters. */
  readonly shape?: ShapeFields;
}

/** What a kernel reads its activations as; form det reads the user's own input, or another exact one. */
export function inputDtype({ op, form, dtype }: Kernel): Dtype {
  return op === "narrow" || form === "det" ? "f32" : dtype;
}

/** What a kernel writes. */
export function outputDtype({ op, dtype }: Kernel): Dtype {
  return op === "widen" ? "f32" : dtype;
}
