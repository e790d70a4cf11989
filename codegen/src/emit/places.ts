import { INPUT, type Shape } from "../ir/graph.js";
import { type Dtype, dtypeBytes } from "../ir/kernel-table.js";
import { showShape } from "../ir/shapes.js";
import type { Plan, ValuePlace } from "../plan/plan.js";
import { headPlaces, type Names } from "./names.js";
import type { PlaceView } from "./views.js";

/** Every buffer of the arena under its C name, in order of use. */
export function listPlaces(plan: Plan, names: Names): PlaceView[] {
  const value = (name: string, place: ValuePlace, comment: string): PlaceView[] => {
    const { dtype, mean, var: variance, count = 1 } = place;
    const length = count * place.length;
    const means = view(names.place(name, "MEAN"), mean, length, dtype, comment);
    return variance === undefined
      ? [means]
      : [means, view(names.place(name, "VAR"), variance, length, dtype, comment)];
  };
  const { input } = plan;
  return [
    ...(input.how === "copied"
      ? value(INPUT, input.output, describe(input.shape, input.output))
      : []),
    ...plan.layers.flatMap(({ name, output, outputShape, scratch, draw }) => [
      ...value(name, output, describe(outputShape, output)),
      ...(scratch === undefined
        ? []
        : [view(names.place(name, "SCRATCH"), scratch.offset, scratch.length, scratch.dtype)]),
      ...(draw?.where === "arena"
        ? [view(names.place(name, "WEIGHTS"), draw.offset, draw.length, "f32", "drawn")]
        : []),
    ]),
    ...listHeadPlaces(plan),
  ];
}

function describe(shape: Shape, { count, var: variance }: ValuePlace): string {
  const times = count === undefined ? "" : `${count} times `;
  return times + showShape(shape) + (variance === undefined ? ", exact" : "");
}

function listHeadPlaces({ head, sampling }: Plan): PlaceView[] {
  const outputs = head.input.length;
  if (sampling !== undefined) {
    const { mean, squares, mixture } = sampling;
    return [
      view(headPlaces.mean, mean, outputs, "f32", "of the passes so far"),
      view(headPlaces.squares, squares, outputs, "f32", "of deviations from it"),
      ...(head.kind === "softmax" && mixture !== undefined
        ? [
            view(headPlaces.passProbability, head.probability, outputs),
            view(
              headPlaces.probability,
              mixture.probability,
              outputs,
              "f32",
              "mean of the passes so far",
            ),
          ]
        : []),
    ];
  }
  if (head.kind === "regression") {
    return [];
  }
  const classes = outputs;
  if (head.kind === "softmax") {
    return [view(headPlaces.probability, head.probability, classes)];
  }
  const { covariance } = head;
  const triangle = (classes * (classes + 1)) / 2;
  return [
    ...(covariance.level === "last"
      ? [view(headPlaces.covarianceScratch, covariance.scratch, 4 * Math.ceil(classes / 4))]
      : []),
    view(headPlaces.covariance, head.cov, triangle, "f32", `[${triangle}], lower triangle by rows`),
    view(headPlaces.scratch, head.scratch, 8 * classes),
    view(headPlaces.probability, head.probability, classes),
  ];
}

function view(
  identifier: string,
  bytes: number,
  length: number,
  dtype: Dtype = "f32",
  comment = showShape([length]),
): PlaceView {
  return {
    identifier,
    offset: bytes / dtypeBytes.f32,
    bytes: length * dtypeBytes[dtype],
    comment: dtype === "f32" ? comment : `${comment}, halves`,
  };
}
