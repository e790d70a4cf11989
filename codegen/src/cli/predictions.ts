import { basename } from "node:path";
import Table from "cli-table3";
import type { ModelDescription } from "../generate.js";
import type { Image } from "../run/inputs/image.js";
import type { Classification, Prediction, Regression } from "../run/protocol.js";
import { picture } from "./picture.js";

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
        Array.isArray(value) ? value.map(short) : short(value),
      ]),
    ),
  );
}

/** Predictions as a table, with a picture of each image if `pictures`. */
export function predictionsAsTable(answers: Answers, pictures: boolean): string {
  const { model, images, predictions } = answers;
  const columns =
    model.head === "classification"
      ? ["label", "probability", "aleatoric", "epistemic", "total"]
      : ["output", "mean", "sd", "aleatoric", "epistemic", "total"];
  const table = new Table({
    head: ["image", ...(pictures ? [""] : []), ...columns],
    style: { head: [], border: [] },
  });
  images.forEach((image, index) => {
    const prediction = predictions[index];
    if (prediction !== undefined) {
      const drawn = pictures ? [draw(image)] : [];
      table.push([basename(image.name), ...drawn, ...cells(model, prediction)]);
    }
  });
  return `${table.toString()}\n`;
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
  const { label, probability, aleatoric, epistemic, total } = prediction;
  return [
    labels[label] ?? String(label),
    ...[probability[label] ?? 0, aleatoric, epistemic, total].map((value) => value.toFixed(3)),
  ];
}

/** One line an output in each cell. Uncertainties are variances. */
function regressionCells({ mean, var: variance, aleatoric, epistemic, total }: Regression) {
  const column = (values: readonly number[]) =>
    values.map((value) => String(Number(value.toPrecision(5)))).join("\n");
  return [
    mean.map((_, output) => output).join("\n"),
    ...[mean, variance.map(Math.sqrt), aleatoric, epistemic, total].map(column),
  ];
}
