import type { Measurement } from "../run/bench/bench.js";
import { measurementName } from "./bench-table.js";
import { svgChart } from "./svg-chart.js";

/** A bar chart of the measurements, a panel a target, each bar stacked by layers. */
export async function benchAsSvg(measurements: readonly Measurement[]): Promise<string> {
  const values = measurements.flatMap((measurement) =>
    [
      ...measurement.lines.map(({ name, value }) => ({ layer: name, value })),
      { layer: "rest", value: measurement.rest },
    ].map((bar, index) => ({
      ...bar,
      index,
      panel: panelOf(measurement),
      name: measurementName(measurement),
    })),
  );
  const unique = <T>(all: readonly T[]) => [...new Set(all)];
  return svgChart({
    title: `${measurements[0]?.graph}: cost of one prediction, by layers`,
    data: { values },
    facet: {
      row: {
        field: "panel",
        type: "nominal",
        title: null,
        header: { labelAngle: 0, labelAlign: "left", labelOrient: "top" },
      },
    },
    resolve: { scale: { x: "independent", y: "independent" } },
    spec: {
      width: 600,
      height: { step: 24 },
      mark: "bar",
      encoding: {
        y: {
          field: "name",
          type: "nominal",
          title: null,
          sort: unique(values.map(({ name }) => name)),
          axis: { labelLimit: 0 },
        },
        x: { field: "value", type: "quantitative", aggregate: "sum", title: null },
        color: {
          field: "layer",
          type: "nominal",
          title: "layer",
          sort: unique(values.map(({ layer }) => layer)),
          scale: { scheme: "tableau20" },
        },
        order: { field: "index", type: "quantitative" },
      },
    },
  });
}

function panelOf({ target, unit }: Measurement): string {
  return `${target}, ${unit}`;
}
