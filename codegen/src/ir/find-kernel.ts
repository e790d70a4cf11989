import { type Estimate, estimate } from "./estimate.js";
import type { Kernel, KernelRequest, KernelTable } from "./kernel-table.js";
import { paddedOutputs } from "./work.js";

/** A kernel that fits a request. */
export interface Candidate {
  readonly kernel: Kernel;
  /** Outputs that its panels have room for and nobody asked for. */
  readonly unused: number;
  /** Absent where the table has no costs for it, or the request no shape. */
  readonly estimate?: Estimate;
}

/** A kernel of the right operator that does not fit. */
export interface RuledOut {
  readonly kernel: Kernel;
  readonly why: string;
}

/** All that a target has for a request, the best first. */
export interface Ranking {
  readonly candidates: readonly Candidate[];
  readonly ruledOut: readonly RuledOut[];
  /**
   * What the first stands there by: `cost`, the cheapest by the table; `rule`, where its cost is
   * not known: of the best instruction set, the panels that leave the fewest outputs unused.
   */
  readonly by: "cost" | "rule";
}

/** The kernel a target prefers for a request, or undefined where it has none. */
export function findKernel(table: KernelTable, request: KernelRequest): Kernel | undefined {
  return rankKernels(table, request).candidates[0]?.kernel;
}

/**
 * The kernels of a target for a request. The cheapest comes first, kernels without known cost last;
 * of equals, the one the table names first. But where the kernel that would be taken without any
 * costs is one without, nothing can be said against it, and it comes first.
 */
export function rankKernels(table: KernelTable, request: KernelRequest): Ranking {
  const candidates: Candidate[] = [];
  const ruledOut: RuledOut[] = [];
  for (const kernel of table.kernels.filter(({ op }) => op === request.op)) {
    const why = whyNot(kernel, request);
    if (why === undefined) {
      candidates.push(makeCandidate(table, kernel, request));
    } else {
      ruledOut.push({ kernel, why });
    }
  }
  const preferred = preferredByRule(candidates);
  const costOf = (candidate: Candidate) => candidate.estimate?.cost ?? Number.POSITIVE_INFINITY;
  const byCost = [...candidates].sort((a, b) => compare(costOf(a), costOf(b)));
  return preferred === undefined || preferred.estimate !== undefined
    ? { candidates: byCost, ruledOut, by: "cost" }
    : {
        candidates: [preferred, ...byCost.filter((candidate) => candidate !== preferred)],
        ruledOut,
        by: "rule",
      };
}

/** Infinities are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function makeCandidate(table: KernelTable, kernel: Kernel, { shape }: KernelRequest): Candidate {
  const { out_len, out_c } = shape ?? {};
  const wanted = out_len ?? out_c;
  const unused = wanted === undefined ? 0 : paddedOutputs(kernel.outputs, shape ?? {}) - wanted;
  const estimated = shape === undefined ? undefined : estimate(kernel, shape, table);
  return { kernel, unused, ...(estimated === undefined ? {} : { estimate: estimated }) };
}

function preferredByRule(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates
    .filter(({ kernel }) => kernel.isa === candidates[0]?.kernel.isa)
    .reduce<Candidate | undefined>(
      (best, candidate) =>
        best === undefined || candidate.unused < best.unused ? candidate : best,
      undefined,
    );
}

/** Why a kernel of the right operator does not fit; undefined where it does. */
function whyNot(kernel: Kernel, request: KernelRequest): string | undefined {
  const { form, tier, shape, dtype = "f32", weights = "f32" } = request;
  if (kernel.form !== form) {
    return `form ${kernel.form}, wanted ${form}`;
  }
  if (kernel.dtype !== dtype) {
    return `dtype ${kernel.dtype}, wanted ${dtype}`;
  }
  if (kernel.tier !== "any" && kernel.tier !== tier) {
    return `tier ${kernel.tier}, wanted ${tier}`;
  }
  if (kernel.weights !== "none" && kernel.weights !== weights) {
    return `weights ${kernel.weights}, wanted ${weights}`;
  }
  if (kernel.needs === "planar" && shape?.in_c !== 1) {
    return "needs planes of one channel";
  }
  return undefined;
}
