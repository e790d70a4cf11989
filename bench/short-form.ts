import { type Bar, bars, driftBars, judge, type Results } from "./bars.js";
import { showLimit, showMeasured } from "./figure-text.js";
import { table } from "./kernels-page.js";

const BEGIN = "<!-- bars -->";
const END = "<!-- /bars -->";
const TARGETS = ["cortex-a53", "cortex-m55"] as const;

/**
 * A page with the bars between its marks: those of both processors, a figure a line, then those of
 * other targets. A figure of a processor that is only reported stands there too; drift has a page of
 * its own.
 *
 * @throws where the page has no such marks
 */
export function withShortForm(page: string, results: Results): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`the page has no ${BEGIN} and ${END}`);
  }
  const lines = shortForm(results);
  return [page.slice(0, begin + BEGIN.length), ...lines, page.slice(end)].join("\n");
}

function shortForm(results: Results): string[] {
  const shown = bars.filter(isShown);
  const figures = [...new Set(shown.map(({ figure }) => figure))];
  const cells = (figure: string, target: string): string[] => {
    const bar = shown.find((one) => one.figure === figure && one.target === target);
    return bar === undefined ? ["", ""] : barCells(bar, results);
  };
  const others = bars.filter(
    (bar) => !isOfProcessor(bar) && bar.bar !== undefined && !driftBars.includes(bar),
  );
  return [
    ...table(
      ["figure", "unit", ...TARGETS.flatMap((target) => [`${target}: bar`, "measured"])],
      figures.map((figure) => [
        figure,
        shown.find((one) => one.figure === figure)?.unit ?? "",
        ...TARGETS.flatMap((target) => cells(figure, target)),
      ]),
    ),
    "",
    ...table(
      ["figure", "target", "unit", "bar", "measured"],
      others.map((bar) => [bar.figure, bar.target, bar.unit, ...barCells(bar, results)]),
    ),
  ];
}

function isOfProcessor({ target }: Bar): boolean {
  return TARGETS.some((shown) => shown === target);
}

/** Ratios to sampling go without a bar, and stand in bench/results.md. */
function isShown(bar: Bar): boolean {
  return isOfProcessor(bar) && !(bar.bar === undefined && bar.better === "higher");
}

function barCells(bar: Bar, results: Results): string[] {
  const verdict = judge(bar, results);
  const measured = showMeasured(bar, results);
  const isFine = verdict === "met" || verdict === "";
  return [showLimit(bar), isFine ? measured : `${measured}, ${verdict.toLowerCase()}`];
}
