import { type Bar, bars, judge, type Results } from "./bars.js";
import { table } from "./kernels-page.js";

const BEGIN = "<!-- bars -->";
const END = "<!-- /bars -->";
const TARGETS = ["cortex-a53", "cortex-m55"] as const;

/**
 * A page with the bars of both processors between its marks, a figure a line.
 *
 * @param show how a figure is written
 * @throws where the page has no such marks
 */
export function withShortForm(
  page: string,
  results: Results,
  show: (value: number) => string,
): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`the page has no ${BEGIN} and ${END}`);
  }
  const lines = shortForm(results, show);
  return [page.slice(0, begin + BEGIN.length), ...lines, page.slice(end)].join("\n");
}

function shortForm(results: Results, show: (value: number) => string): string[] {
  const held = bars.filter(({ bar, target }) => bar !== undefined && isShown(target));
  const figures = [...new Set(held.map(({ figure }) => figure))];
  const cells = (figure: string, target: string): string[] => {
    const bar = held.find((one) => one.figure === figure && one.target === target);
    return bar === undefined ? ["", ""] : barCells(bar, results, show);
  };
  return table(
    ["figure", "unit", ...TARGETS.flatMap((target) => [`${target}: bar`, "measured"])],
    figures.map((figure) => [
      figure,
      held.find((one) => one.figure === figure)?.unit ?? "",
      ...TARGETS.flatMap((target) => cells(figure, target)),
    ]),
  );
}

function isShown(target: string): boolean {
  return TARGETS.some((shown) => shown === target);
}

function barCells(bar: Bar, results: Results, show: (value: number) => string): string[] {
  const value = bar.value(results);
  const verdict = judge(bar, results);
  const measured = value === undefined ? "not measured" : show(value);
  return [
    show(bar.bar ?? Number.NaN),
    verdict === "met" ? measured : `${measured}, ${verdict.toLowerCase()}`,
  ];
}
