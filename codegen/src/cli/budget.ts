import Table from "cli-table3";
import type { Diagnostic } from "../diagnostics.js";
import type { KernelOptions } from "../ir/kernel-table.js";
import type { Resources, StepResources } from "../plan/resources.js";
import { COMPACT } from "./table-style.js";

/** Most bytes that a model may take, where the user sets a bound. */
export interface Budget {
  readonly "max-flash"?: number;
  readonly "max-arena"?: number;
  readonly "max-stack"?: number;
}

/** What of a request decides how much a model takes. */
export interface BudgetRequest extends Budget, KernelOptions {
  readonly trace: boolean;
  readonly batch?: number;
}

interface Part {
  readonly option: keyof Budget;
  readonly what: string;
  readonly total: (resources: Resources) => number;
  /** What one step adds to the total, or bounds it with; null where that was not measured. */
  readonly of: (step: StepResources) => number | null;
  readonly hint: (request: BudgetRequest) => string;
}

const PARTS: readonly Part[] = [
  {
    option: "max-flash",
    what: "flash, weights and code together",
    total: ({ flash_bytes }) => flash_bytes,
    of: ({ weight_bytes, code_bytes }) => (code_bytes === null ? null : weight_bytes + code_bytes),
    hint: ({ weights }) =>
      weights === "i8u4"
        ? "train a smaller model, or lower --points"
        : "store weights smaller, by --weights i8u8 or i8u4, or train a smaller model",
  },
  {
    option: "max-arena",
    what: "arena",
    total: ({ arena_bytes }) => arena_bytes,
    of: ({ arena_bytes }) => arena_bytes,
    hint: ({ trace, batch = 1 }) =>
      trace
        ? "leave out --trace, which keeps the output of every layer"
        : batch > 1
          ? `lower --batch ${batch}, for which dense layers keep as many values each`
          : "train a model with smaller layers, or pool earlier",
  },
  {
    option: "max-stack",
    what: "stack",
    total: ({ stack_bytes }) => stack_bytes,
    of: ({ stack_bytes }) => stack_bytes,
    hint: ({ weights, tier }) =>
      weights !== "f32"
        ? "the kernels of compact weights take more: try --weights f32, or give it more"
        : tier === "accurate"
          ? "the kernels take it: try --tier fast, or give it more"
          : "the kernels take it, whatever the model: give it more",
  },
];

/**
 * The bounds that a model exceeds, each with the steps that take most, and those that nobody can hold
 * since a figure is missing.
 */
export function overBudget(resources: Resources, request: BudgetRequest): Diagnostic[] {
  return PARTS.flatMap((part): Diagnostic[] => {
    const { option, what, total, of, hint } = part;
    const [most, needed] = [request[option], total(resources)];
    if (most === undefined) {
      return [];
    }
    const unknown = resources.steps.find((step) => of(step) === null);
    if (needed <= most) {
      return unknown === undefined ? [] : [unknownFigure(part, unknown)];
    }
    const bytes = (step: StepResources) => of(step) ?? 0;
    const largest = [...resources.steps].sort((a, b) => bytes(b) - bytes(a)).slice(0, 3);
    const users = largest.map((step) => `${step.name} ${bytes(step)}`).join(", ");
    return [
      {
        code: "over-budget",
        path: `--${option}`,
        message: `the model takes ${needed} bytes of ${what}, ${needed - most} more than ${most}; most: ${users}`,
        hint: hint(request),
      },
    ];
  });
}

function unknownFigure({ option, what }: Part, { name, kernel }: StepResources): Diagnostic {
  return {
    code: "unknown-size",
    path: `--${option}`,
    message: `what ${kernel || name} of step ${name} takes was not measured, so that nothing is known of the ${what}`,
    hint: "run 'make sizes', or leave the bound out",
  };
}

/** Who uses what: a line a step, and the sums. */
export function resourcesTable(resources: Resources): string {
  const { flash_bytes, arena_bytes, stack_bytes, instructions } = resources;
  const isCounted = instructions !== null;
  const columns = ["weights", "code", "arena", "stack", ...(isCounted ? ["instructions"] : [])];
  const rows = new Table({
    head: ["step", "kernel", ...columns],
    colAligns: ["left", "left", ...columns.map(() => "right" as const)],
    ...COMPACT,
  });
  for (const step of resources.steps) {
    rows.push([
      step.name,
      step.kernel,
      blank(step.weight_bytes),
      step.code_bytes === 0 ? "shared" : known(step.code_bytes),
      blank(step.arena_bytes),
      known(step.stack_bytes),
      ...(isCounted ? [step.instructions === 0 ? "" : known(step.instructions)] : []),
    ]);
  }
  const sums = [
    ...[`flash ${flash_bytes} bytes`, `arena ${arena_bytes} bytes`, `stack ${stack_bytes} bytes`],
    ...(isCounted ? [`about ${instructions} instructions`] : []),
  ].join(", ");
  const hasGaps = resources.steps.some(
    ({ code_bytes, stack_bytes, instructions: counted }) =>
      code_bytes === null || stack_bytes === null || (isCounted && counted === null),
  );
  const note = hasGaps ? "; what shows as ? was not measured and is not in the sums" : "";
  return `${rows.toString()}\n${sums}${note}\n`;
}

function known(value: number | null): string {
  return value === null ? "?" : String(value);
}

function blank(bytes: number): string {
  return bytes === 0 ? "" : String(bytes);
}
