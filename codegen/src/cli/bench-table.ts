import Table from "cli-table3";
import type { BenchResult, Measurement } from "../run/bench/bench.js";
import { BASELINE, variantName } from "../run/bench/variants.js";
import { COMPACT } from "./table-style.js";

/** Measurements as text: one table of layers for each target and unit, then what they sum up to. */
export function benchAsText({ measurements, left_out }: BenchResult): string {
  const targets = [...new Set(measurements.map(({ target }) => target))];
  const tables = targets.map((target) => {
    const own = measurements.filter((measurement) => measurement.target === target);
    return `${layerTable(own)}\n${summaryTable(own)}\n`;
  });
  const missing = left_out.map(({ what, why, hint }) => `left out: ${what}: ${why}; ${hint}\n`);
  return `${tables.join("\n")}${missing.join("")}`;
}

/** What tells a measurement from the others of its target. */
export function measurementName(measurement: Measurement): string {
  return `${variantName(measurement)}, ${measurement.compiler}`;
}

function layerTable(measurements: readonly Measurement[]): string {
  const [first] = measurements;
  if (first === undefined) {
    return "";
  }
  const rows = new Table({
    head: ["layer", "kernel", ...measurements.map(headOf)],
    colAligns: ["left", "left", ...measurements.map(() => "right" as const)],
    ...COMPACT,
  });
  // Variants differ in their layers, so every name that one of them has gets a row.
  const names = [...new Set(measurements.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  for (const name of names) {
    const lines = measurements.map((measurement) =>
      measurement.lines.filter((line) => line.name === name),
    );
    const kernels = new Set(lines.flat().map(({ kernel }) => kernel.replaceAll(" + ", "\n")));
    rows.push([
      name,
      [...kernels].join("\n"),
      ...lines.map((own) =>
        own.length === 0
          ? ""
          : layerCell(
              own.reduce((sum, { value }) => sum + value, 0),
              own.reduce((sum, line) => sum + line.multiply_adds, 0),
              own.reduce((sum, line) => sum + (line.estimated_cycles ?? Number.NaN), 0),
            ),
      ),
    ]);
  }
  const row = (label: string, value: (measurement: Measurement) => number) =>
    rows.push([label, "", ...measurements.map((measurement) => count(value(measurement)))]);
  row("rest", ({ rest }) => rest);
  row("sum without head", ({ total_without_head }) => total_without_head);
  row("sum", ({ total }) => total);
  const { graph, target, board, unit } = first;
  const what = unit === "instructions" ? "instructions, exact" : "nanoseconds, shortest of many";
  return `${graph} on ${target} (${board}): ${what}\n${rows.toString()}`;
}

function headOf(measurement: Measurement): string {
  return measurementName(measurement).replaceAll(", ", "\n");
}

function layerCell(value: number, multiplyAdds: number, cycles: number): string {
  const ratio = multiplyAdds > 0 ? `${(value / multiplyAdds).toFixed(2)}/madd` : "";
  const estimate = Number.isFinite(cycles) ? `~${count(cycles)} cycles` : "";
  return [count(value), ratio, estimate].filter((part) => part !== "").join("\n");
}

function summaryTable(measurements: readonly Measurement[]): string {
  const ratios = measurements.map((measurement) => ratioToBaseline(measurement, measurements));
  const compared = ratios.some((ratio) => ratio !== undefined);
  const columns = [
    ...["sum", "without head", ...(compared ? [`/ ${BASELINE}`] : [])],
    ...["weights B", "code B", "arena B"],
  ];
  const rows = new Table({
    head: ["", ...columns],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    ...COMPACT,
  });
  for (const [index, measurement] of measurements.entries()) {
    const { total, total_without_head, weight_bytes, code_bytes, arena_bytes } = measurement;
    rows.push([
      measurementName(measurement),
      count(total),
      count(total_without_head),
      ...(compared ? [ratios[index]?.toFixed(2) ?? ""] : []),
      ...[weight_bytes, code_bytes, arena_bytes].map(count),
    ]);
  }
  return rows.toString();
}

/** Without the head, which a deterministic network has not. */
export function ratioToBaseline(
  { compiler, target, batch, total_without_head }: Measurement,
  measurements: readonly Measurement[],
): number | undefined {
  const baseline = measurements.find(
    (other) =>
      other.variant === BASELINE &&
      other.compiler === compiler &&
      other.target === target &&
      other.batch === batch,
  );
  return baseline === undefined ? undefined : total_without_head / baseline.total_without_head;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
