import type { Bar, Results } from "./bars.js";

/** Three decimals, none from a thousand on, two digits of what is small. */
export function show(value: number): string {
  if (value > 0 && value < 0.01) {
    return value.toPrecision(2);
  }
  return value >= 1000 || Number.isInteger(value)
    ? Math.round(value).toLocaleString("en-US")
    : value.toFixed(3);
}

/** `<= 1.500`, or `report` where a figure has no bar. */
export function showLimit({ bar, better }: Bar): string {
  return bar === undefined ? "report" : `${better === "lower" ? "<=" : ">="} ${show(bar)}`;
}

export function showMeasured(bar: Bar, results: Results): string {
  const value = bar.value(results);
  return value === undefined ? "not measured" : show(value);
}
