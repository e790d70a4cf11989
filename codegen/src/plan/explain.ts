import { weightBytes } from "../ir/estimate.js";
import type { Candidate, Ranking } from "../ir/find-kernel.js";
import type { CostUnit, Kernel, KernelRequest, KernelTable } from "../ir/kernel-table.js";
import { type ShapeFields, workOf } from "../ir/work.js";
import {
  ACCUMULATE,
  type Choice,
  CLASSIFY,
  COVARIANCE,
  DRAW,
  FINITE,
  MIXTURE,
  SOFTMAX,
} from "./kernel-choice.js";

/** A kernel that a step could have. */
export interface ExplainedCandidate {
  readonly kernel: string;
  readonly isa: string;
  /** Positions by outputs. */
  readonly tile: string;
  /** Estimated, in `unit`: of executing, of bringing weights from memory, of both; null: unknown. */
  readonly work: number | null;
  readonly memory: number | null;
  readonly cost: number | null;
  /** Outputs that its panels have room for and the layer has not. */
  readonly unused_outputs: number;
  /** The share of its multiply-adds that only fill tiles or padding. */
  readonly padding: number;
  /** Bytes of weights that it reads. */
  readonly weight_bytes: number;
}

/** Why a step has its kernel. */
export interface ExplainedChoice {
  readonly step: string;
  /** What was asked for, in words. */
  readonly request: string;
  readonly kernel: string;
  readonly why: string;
  readonly unit: CostUnit;
  /** The chosen one first. */
  readonly candidates: readonly ExplainedCandidate[];
  readonly ruled_out: readonly { readonly kernel: string; readonly why: string }[];
}

const NAMES: Readonly<Record<string, string>> = {
  [FINITE]: "range check",
  [COVARIANCE]: "covariance",
  [CLASSIFY]: "classification",
  [SOFTMAX]: "softmax",
  [DRAW]: "draw",
  [ACCUMULATE]: "accumulate",
  [MIXTURE]: "mixture",
};

/** Puts the choice of every kernel into words and numbers. */
export function explainChoices(choices: readonly Choice[], table: KernelTable): ExplainedChoice[] {
  return choices.map(({ name, request, ranking }) => ({
    step: NAMES[name] ?? name,
    request: describe(request),
    kernel: ranking.candidates[0]?.kernel.symbol ?? "",
    why: whyFirst(ranking, table),
    unit: table.unit,
    candidates: ranking.candidates.map((candidate) =>
      explainCandidate(candidate, request.shape ?? {}),
    ),
    ruled_out: ranking.ruledOut.map(({ kernel, why }) => ({ kernel: kernel.symbol, why })),
  }));
}

function describe({ op, form, tier, weights }: KernelRequest): string {
  return [op, `form ${form}`, `tier ${tier}`, ...(weights ? [`weights ${weights}`] : [])].join(
    ", ",
  );
}

function whyFirst({ candidates, by }: Ranking, { target }: KernelTable): string {
  const [first, second] = candidates;
  if (by === "rule") {
    const only = second === undefined ? "; no other fits" : "";
    return `its cost on ${target} was not measured: of the best instruction set, the fewest outputs unused${only}`;
  }
  if (second === undefined) {
    return "no other fits";
  }
  const [best, next] = [first?.estimate?.cost, second.estimate?.cost];
  if (best === undefined || next === undefined) {
    return `the cheapest of those whose cost on ${target} was measured`;
  }
  const more = (100 * (next / best - 1)).toFixed(1);
  return next === best
    ? "as cheap as the next, and before it in the list"
    : `the cheapest on ${target}; the next costs ${more} % more`;
}

function explainCandidate(
  { kernel, unused, estimate }: Candidate,
  shape: ShapeFields,
): ExplainedCandidate {
  const rounded = (value: number | undefined) => (value === undefined ? null : Math.round(value));
  return {
    kernel: kernel.symbol,
    isa: kernel.isa,
    tile: `${kernel.rows}x${kernel.outputs}`,
    work: rounded(estimate?.work),
    memory: rounded(estimate?.memory),
    cost: rounded(estimate?.cost),
    unused_outputs: unused,
    padding: paddingOf(kernel, shape),
    weight_bytes: weightBytes(kernel, shape),
  };
}

function paddingOf(kernel: Kernel, shape: ShapeFields): number {
  const done = multiplyAdds(kernel, shape);
  const asked = multiplyAdds({ ...kernel, rows: 1, outputs: 1, needs: "any" }, shape);
  return done === 0 ? 0 : Number((1 - asked / done).toFixed(4));
}

function multiplyAdds(kernel: Kernel, shape: ShapeFields): number {
  const { weight = 0, odd = 0 } = kernel.weights === "none" ? {} : workOf(kernel, shape);
  return weight + odd;
}
