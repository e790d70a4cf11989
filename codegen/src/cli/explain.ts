import Table from "cli-table3";
import type { ExplainedChoice } from "../plan/explain.js";
import { COMPACT } from "./table-style.js";

/** Why each step has its kernel, for a reader: what fitted, what it would cost, what did not fit. */
export function explanation(choices: readonly ExplainedChoice[]): string {
  return choices.map(explainOne).join("\n");
}

function explainOne(choice: ExplainedChoice): string {
  const { step, request, kernel, why, candidates, ruled_out, unit } = choice;
  const table = new Table({
    head: ["kernel", "tile", `cost, ${unit}`, "of it memory", "unused", "padding", "weight bytes"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right"],
    ...COMPACT,
  });
  for (const candidate of candidates) {
    const { tile, cost, memory, unused_outputs, padding, weight_bytes } = candidate;
    table.push([
      candidate.kernel,
      tile === "1x1" ? "" : tile,
      cost ?? "?",
      memory || "",
      unused_outputs || "",
      padding === 0 ? "" : `${(100 * padding).toFixed(1)} %`,
      weight_bytes || "",
    ]);
  }
  const left = groupByReason(ruled_out).map((line) => `  ruled out: ${line}\n`);
  return `${step} (${request})\n  ${kernel}: ${why}\n${table.toString()}\n${left.join("")}`;
}

/** One line a reason, with the names of few kernels and the number of many. */
function groupByReason(ruledOut: ExplainedChoice["ruled_out"]): string[] {
  const groups = new Map<string, string[]>();
  for (const { kernel, why } of ruledOut) {
    groups.set(why, [...(groups.get(why) ?? []), kernel]);
  }
  return [...groups].map(([why, kernels]) =>
    kernels.length > 3 ? `${kernels.length} kernels: ${why}` : `${kernels.join(", ")}: ${why}`,
  );
}
