/** What a kernel computes; the names of runtime-c/include/pfp/pfp_kernels.def. */
export type KernelOp =
  | "dense"
  | "conv2d"
  | "relu"
  | "maxpool2d"
  | "maxpool2d_relu"
  | "input"
  | "covariance"
  | "classify";

/** Precision of the special functions (docs/math.md). */
export type Tier = "fast" | "accurate";

/** One line of pfp_kernels.def. */
export interface Kernel {
  readonly symbol: string;
  readonly op: KernelOp;
  /** `det` takes an exact input. */
  readonly form: "general" | "det";
  /** `any`: the kernel uses no special functions. */
  readonly tier: Tier | "any";
  readonly dtype: "f32";
  /** Register tile: rows (positions) by outputs; weights are packed in panels of `outputs`. */
  readonly rows: number;
  readonly outputs: number;
  readonly isa: string;
  /** Floats of scratch per input element. */
  readonly scratch: number;
}

/** What a target can run, in order of preference: the first kernel that fits is taken. */
export interface KernelTable {
  readonly target: string;
  readonly kernels: readonly Kernel[];
}

/** The kernel a target prefers for `op`, or undefined where it has none. */
export function findKernel(
  table: KernelTable,
  op: KernelOp,
  form: Kernel["form"],
  tier: Tier,
): Kernel | undefined {
  return table.kernels.find(
    (kernel) =>
      kernel.op === op && kernel.form === form && (kernel.tier === "any" || kernel.tier === tier),
  );
}
