import type { Graph } from "./graph.js";
import { showShape } from "./shapes.js";
import { type GraphSummary, type LayerSummary, summarize } from "./summary.js";

/** A validated graph as text, one line a layer; what `pfp inspect` prints. */
export function dump(graph: Graph): string {
  const summary = summarize(graph);
  const rows = [
    ["layer", "op", "reads", "shape", "weights", "sd min..median..max", "|mean|/sd", "attributes"],
    inputRow(summary),
    ...summary.layers.map(layerRow),
  ];
  const title = `${summary.name}: ${summary.head} of ${summary.outputs} from '${summary.head_input}', ${summary.parameters} parameters, ${summary.multiply_adds} multiply-adds`;
  return `${[title, "", ...align(rows), ...warnings(summary)].join("\n")}\n`;
}

/** What a colleague would point out. */
function warnings({ layers }: GraphSummary): string[] {
  const weighted = layers.filter(({ parameters }) => parameters > 0);
  return weighted.some(({ weight_sd }) => weight_sd !== undefined)
    ? []
    : [
        "",
        "warning: no weight has a standard deviation, so nothing will look unknown to the network",
      ];
}

function inputRow({ input }: GraphSummary): string[] {
  const { shape, mean, scale } = input;
  return ["input", "", "", showShape(shape), "", "", "", `(x - ${list(mean)}) / ${list(scale)}`];
}

function layerRow(layer: LayerSummary): string[] {
  const { weight_sd: sd } = layer;
  return [
    layer.name,
    layer.op,
    layer.inputs.join(" "),
    showShape(layer.output_shape),
    layer.parameters > 0 ? String(layer.parameters) : "",
    sd === undefined
      ? layer.parameters > 0
        ? "weight exact"
        : ""
      : [sd.min, sd.median, sd.max].map(short).join(".."),
    sd === undefined ? "" : short(sd.median_signal),
    layer.attributes,
  ];
}

function list(values: readonly number[]): string {
  return values.length === 1 ? String(values[0]) : `[${values.join(", ")}]`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Pads the cells of each column to the same width. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
