import { basename } from "node:path";
import Table from "cli-table3";
import type { ModelDescription } from "../generate.js";
import type { Image } from "../run/inputs/image.js";
import type { Classification, Prediction, Regression } from "../run/protocol.js";
import { picture } from "./picture.js";
import { PLAIN } from "./table-style.js";

/** Outputs of an image, and lines of all images, in a table; making one of many takes minutes. */
const MOST_OUTPUTS = 20;
const MOST_LINES = 1000;

/** What the table of `pfp run` shows. */
export interface Answers {
  readonly model: ModelDescription;
  readonly images: readonly Image[];
  readonly predictions: readonly Prediction[];
}

/** The entries of `images` in the --json document: float32 in as few digits as read back exactly. */
export function predictionsAsJson(predictions: readonly Prediction[]): unknown[] {
  const short = (value: number) => Number(value.toPrecision(9));
  return predictions.map((prediction) =>
    Object.fromEntries(
      Object.entries(prediction).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.map(short) : typeof value === "number" ? short(value) : value,
      ]),
    ),
  );
}

/**
 * Predictions as a table, with a picture of each image if `pictures`. Where there are more than
 * anyone would read on a terminal, the first, and how many there are.
 */
export function predictionsAsTable(answers: Answers, pictures: boolean): string {
  const { model, images } = answers;
  const columns =
    model.head === "classification"
      ? [
          ...["label", "probability", "aleatoric", "epistemic", "total"],
          ...(model.decides ? ["decision"] : []),
        ]
      : ["output", "mean", "sd", "aleatoric", "epistemic", "total"];
  const table = new Table({
    head: ["image", ...(pictures ? [""] : []), ...columns],
    ...PLAIN,
  });
  table.push(...shownRows(answers, pictures));
  return `${table.toString()}\n${leftOut(model, table.length, images.length)}`;
}

/** The rows of as many images as make MOST_LINES, one at least. */
function shownRows({ model, images, predictions }: Answers, pictures: boolean): string[][] {
  const rows: string[][] = [];
  let lines = 0;
  for (const [index, image] of images.entries()) {
    const prediction = predictions[index];
    if (prediction === undefined || lines >= MOST_LINES) {
      break;
    }
    const drawn = pictures ? [draw(image)] : [];
    const row = [basename(image.name), ...drawn, ...cells(model, prediction)];
    rows.push(row);
    lines += Math.max(...row.map((cell) => cell.split("\n").length));
  }
  return rows;
}

/** Says what the table lacks; empty where that is nothing. */
function leftOut({ head, outputs }: ModelDescription, shown: number, images: number): string {
  const parts = [
    ...(shown < images ? [`the first ${shown} of ${images} images`] : []),
    ...(head === "regression" && outputs > MOST_OUTPUTS
      ? [`the first ${MOST_OUTPUTS} of ${outputs} outputs`]
      : []),
  ];
  return parts.length === 0 ? "" : `These are ${parts.join(" and ")}; --json prints all.\n`;
}

function draw({ values, height, width }: Image): string {
  return height === undefined || width === undefined ? "" : picture(values, height, width);
}

function cells(model: ModelDescription, prediction: Prediction): string[] {
  return isClassification(prediction)
    ? classificationCells(model.labels, prediction)
    : regressionCells(prediction);
}

function isClassification(prediction: Prediction): prediction is Classification {
  return "probability" in prediction;
}

function classificationCells(labels: readonly string[], prediction: Classification): string[] {
  const { label, probability, aleatoric, epistemic, total, decision } = prediction;
  return [
    labels[label] ?? String(label),
    ...[probability[label] ?? 0, aleatoric, epistemic, total].map((value) => value.toFixed(3)),
    ...(decision === undefined ? [] : [decision]),
  ];
}

/** One line an output in each cell, of the first outputs. Uncertainties are variances. */
function regressionCells({ mean, var: variance, aleatoric, epistemic, total }: Regression) {
  const lines = (values: readonly (number | string)[]) => values.slice(0, MOST_OUTPUTS).join("\n");
  const column = (values: readonly number[]) =>
    lines(values.map((value) => Number(value.toPrecision(5))));
  return [
    lines(mean.map((_, output) => output)),
    ...[mean, variance.map(Math.sqrt), aleatoric, epistemic, total].map(column),
  ];
}
