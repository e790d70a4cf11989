import Table from "cli-table3";
import type { Diagnostic } from "../diagnostics.js";
import type { Resources, StepResources } from "../plan/resources.js";

/** Most bytes that a model may take, where the user sets a bound. */
export interface Budget {
  readonly "max-flash"?: number;
  readonly "max-arena"?: number;
  readonly "max-stack"?: number;
}

interface Part {
  readonly option: keyof Budget;
  readonly what: string;
  readonly total: (resources: Resources) => number;
  /** What one step adds to the total, or bounds it with. */
  readonly of: (step: StepResources) => number;
  readonly hint: string;
}

const PARTS: readonly Part[] = [
  {
    option: "max-flash",
    what: "flash, weights and code together",
    total: ({ flash_bytes }) => flash_bytes,
    of: ({ weight_bytes, code_bytes }) => weight_bytes + (code_bytes ?? 0),
    hint: "train a smaller model, or lower --points",
  },
  {
    option: "max-arena",
    what: "arena",
    total: ({ arena_bytes }) => arena_bytes,
    of: ({ arena_bytes }) => arena_bytes,
    hint: "train a model with smaller layers, or pool earlier; --trace keeps every layer",
  },
  {
    option: "max-stack",
    what: "stack",
    total: ({ stack_bytes }) => stack_bytes,
    of: ({ stack_bytes }) => stack_bytes ?? 0,
    hint: "the kernels take it, whatever the model: try --tier fast, or give it more",
  },
];

/** The bounds that a model exceeds, each with the steps that take most. */
export function overBudget(resources: Resources, budget: Budget): Diagnostic[] {
  return PARTS.flatMap(({ option, what, total, of, hint }) => {
    const [most, needed] = [budget[option], total(resources)];
    if (most === undefined || needed <= most) {
      return [];
    }
    const largest = [...resources.steps].sort((a, b) => of(b) - of(a)).slice(0, 3);
    const users = largest.map((step) => `${step.name} ${of(step)}`).join(", ");
    return [
      {
        code: "over-budget",
        path: `--${option}`,
        message: `the model takes ${needed} bytes of ${what}, ${needed - most} more than ${most}; most: ${users}`,
        hint,
      },
    ];
  });
}

/** Who uses what: a line a step, and the sums. */
export function resourcesTable(resources: Resources): string {
  const rows = new Table({
    head: ["step", "kernel", "weights", "code", "arena", "stack", "instructions"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  for (const step of resources.steps) {
    rows.push([
      step.name,
      step.kernel,
      blank(step.weight_bytes),
      step.code_bytes === 0 ? "shared" : known(step.code_bytes),
      blank(step.arena_bytes),
      known(step.stack_bytes),
      step.instructions === 0 ? "" : known(step.instructions),
    ]);
  }
  const { flash_bytes, arena_bytes, stack_bytes, instructions, complete } = resources;
  const sums = `flash ${flash_bytes} bytes, arena ${arena_bytes} bytes, stack ${stack_bytes} bytes, about ${instructions} instructions`;
  const note = complete ? "" : "; what shows as ? was not measured and is not in the sums";
  return `${rows.toString()}\n${sums}${note}\n`;
}

function known(value: number | null): string {
  return value === null ? "?" : String(value);
}

function blank(bytes: number): string {
  return bytes === 0 ? "" : String(bytes);
}
