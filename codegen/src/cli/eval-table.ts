import Table from "cli-table3";
import { counted } from "../diagnostics.js";
import type { Compared } from "../eval/compared.js";
import type { Estimate } from "../eval/interval.js";
import type { ClassFigures } from "../eval/per-class.js";
import type { Evaluation } from "../run/evaluate/evaluate.js";
import type { ShiftPoint } from "../run/evaluate/shift-curve.js";

/** A table without lines between its rows. */
const COMPACT = {
  chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  style: { head: [], border: [] },
};

/** Figures of models side by side, as far as they have them: the rest is in --json. */
const COMPARED = [
  ...["accuracy", "nll", "ece", "rmse", "crps", "auroc_epistemic", "kl", "kl_ood"],
  ...["mi_error", "mi_error_ood"],
];

/** Figures in nats or of no scale: in digits; the others are shares, in percent. */
const PERCENT = /^(accuracy|ece|class_ece|fpr95|coverage|aurc)/;

/** An evaluation for a reader. */
export function evaluationAsText(evaluation: Evaluation): string {
  const { graph, target, board, models } = evaluation;
  const [first] = models;
  return [
    `${graph} on ${target} (${board}): ${inputsAsText(evaluation)}\n`,
    first === undefined ? "" : figureTable(first, evaluation.level),
    models.length > 1 ? `\nbeside its sampled twins\n${comparison(models)}` : "",
    evaluation.head === "classification" ? classTable(evaluation.labels, evaluation.classes) : "",
    evaluation.shift === undefined ? "" : shiftTable(evaluation.shift),
  ].join("");
}

function inputsAsText(evaluation: Evaluation): string {
  const { inputs, of, out_of_domain: ood, resamples, against } = evaluation;
  const soft = evaluation.head === "classification" && evaluation.soft;
  return [
    inputs === of ? counted(inputs, "input") : `${inputs} of ${of} inputs`,
    ...(soft ? ["with soft labels, which figures are expected under"] : []),
    ...(ood === undefined ? [] : [`${ood} out of domain`]),
    ...(resamples === 0 ? [] : [`intervals from ${counted(resamples, "resample")}`]),
    ...(against === undefined ? [] : [`divergences from ${counted(against.samples, "draw")}`]),
  ].join(", ");
}

function figureTable({ figures }: Compared, level: number): string {
  const table = new Table({
    head: ["figure", "value", `${100 * level} % interval`],
    colAligns: ["left", "right", "right"],
    ...COMPACT,
  });
  for (const [name, estimate] of Object.entries(figures)) {
    table.push([name, show(name, estimate.value), interval(name, estimate)]);
  }
  return `${table}\n`;
}

/** A column a model; each cell has its interval below. */
function comparison(models: readonly Compared[]): string {
  const shown = COMPARED.filter((name) => models.some(({ figures }) => name in figures));
  const table = new Table({
    head: ["", ...shown],
    colAligns: ["left", ...shown.map(() => "right" as const)],
    ...COMPACT,
  });
  for (const { name, figures } of models) {
    table.push([
      name.replace(", ", ",\n"),
      ...shown.map((figure) => {
        const estimate = figures[figure];
        return estimate === undefined
          ? ""
          : `${show(figure, estimate.value)}\n${interval(figure, estimate)}`.trimEnd();
      }),
    ]);
  }
  return `${table}\n`;
}

function classTable(labels: readonly string[], classes: readonly ClassFigures[]): string {
  const columns = ["inputs", "recall", "precision", "ece", "aleatoric", "epistemic"] as const;
  const table = new Table({
    head: ["class", ...columns],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    ...COMPACT,
  });
  classes.forEach((figures, c) => {
    const { inputs, recall, precision, ece, aleatoric, epistemic } = figures;
    table.push([
      labels[c] ?? String(c),
      String(Number(inputs.toFixed(1))),
      ...[recall, precision, ece].map(percent),
      ...[aleatoric, epistemic].map(digits),
    ]);
  });
  return `\n${table}\n`;
}

function shiftTable(points: readonly ShiftPoint[]): string {
  const columns = ["accuracy", "nll", "ece", "total", "aleatoric", "epistemic"];
  const table = new Table({
    head: ["shift", "severity", ...columns],
    colAligns: ["left", "right", ...columns.map(() => "right" as const)],
    ...COMPACT,
  });
  for (const { shift, severity, figures } of points) {
    const cells = columns.map((name) => show(name, figures[name]?.value ?? Number.NaN));
    table.push([severity === 0 ? shift : "", String(severity), ...cells]);
  }
  return `\n${table}\n`;
}

function show(name: string, value: number): string {
  return PERCENT.test(name) ? percent(value) : digits(value);
}

function percent(share: number): string {
  return Number.isNaN(share) ? "-" : `${(100 * share).toFixed(2)} %`;
}

function digits(value: number): string {
  return Number.isNaN(value) ? "-" : value === 0 ? "0" : value.toPrecision(3);
}

function interval(name: string, { low, high }: Estimate): string {
  return low === undefined || high === undefined
    ? ""
    : `${show(name, low).replace(" %", "")} .. ${show(name, high)}`;
}
