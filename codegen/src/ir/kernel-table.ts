/** What a kernel computes; the names of runtime-c/include/pfp/pfp_kernels.def. */
export type KernelOp =
  | "dense"
  | "conv2d"
  | "conv2d_maxpool2d_relu"
  | "relu"
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
export type Tier = "fast" | "accurate";

/** How weights are stored; see pfp_kernels.h. */
export const WEIGHT_FORMATS = ["f32", "f16", "bf16", "i8u8", "i8u4"] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

/** What the user wants of all kernels. */
export interface KernelOptions {
  readonly tier: Tier;
  readonly weights: WeightFormat;
}

/** One line of pfp_kernels.def. */
export interface Kernel {
  readonly symbol: string;
  readonly op: KernelOp;
  /** `det` takes an exact input, `exact` exact weights too, `sampled` draws its weights. */
  readonly form: "general" | "det" | "exact" | "sampled";
  /** `any`: the kernel uses no special functions. */
  readonly tier: Tier | "any";
  readonly dtype: "f32";
  readonly weights: WeightFormat | "none";
  /** Register tile: rows (positions) by outputs; weights are packed in panels of `outputs`. */
  readonly rows: number;
  readonly outputs: number;
  readonly isa: string;
  /** How much scratch it takes; see scratchFloats in plan/. */
  readonly scratch: "none" | "input" | "patch" | "window";
  /** `planar`: only inputs of one channel a plane. */
  readonly needs: "any" | "planar";
}

/** What was measured of a kernel on a target; what was not is absent. */
export interface KernelFigures {
  /** Executed instructions a unit of work; see units in plan/resources.ts. */
  readonly instructions?: number;
  /** Bytes of instructions and of their constants. */
  readonly code?: number;
  /** Bytes of stack, at worst. */
  readonly stack?: number;
}

/** The name under which figures of the generated function itself stand beside those of kernels. */
export const PREDICT = "model_predict";

/** What a target can run, its best instruction set first; findKernel says which fits best. */
export interface KernelTable {
  readonly target: string;
  readonly kernels: readonly Kernel[];
  /** By symbol. */
  readonly figures: ReadonlyMap<string, KernelFigures>;
}

/** What is asked of a kernel. */
export interface KernelRequest {
  readonly op: KernelOp;
  readonly form: Kernel["form"];
  readonly tier: Tier;
  /** How its weights are stored; kernels without any do not care. Default: f32. */
  readonly weights?: WeightFormat;
  /** Channels that lie side by side in a plane of its input, where it reads planes. */
  readonly channels?: number;
  /** How many outputs it works out at a position, where it has a tile of them. */
  readonly outputs?: number;
}

/**
 * The kernel a target prefers for a request, or undefined where it has none: of the best
 * instruction set with any that fits, the one whose panels leave the fewest outputs unused.
 */
export function findKernel(table: KernelTable, request: KernelRequest): Kernel | undefined {
  const fitting = table.kernels.filter((kernel) => fits(kernel, request));
  const [first] = fitting;
  const wanted = request.outputs ?? 0;
  const unused = ({ outputs }: Kernel) => Math.ceil(wanted / outputs) * outputs - wanted;
  return fitting
    .filter(({ isa }) => isa === first?.isa)
    .reduce<Kernel | undefined>(
      (best, kernel) => (best === undefined || unused(kernel) < unused(best) ? kernel : best),
      undefined,
    );
}

function fits(kernel: Kernel, request: KernelRequest): boolean {
  const { op, form, tier, channels, weights = "f32" } = request;
  return (
    kernel.op === op &&
    kernel.form === form &&
    (kernel.tier === "any" || kernel.tier === tier) &&
    (kernel.weights === "none" || kernel.weights === weights) &&
    (kernel.needs === "any" || channels === 1)
  );
}
