import { type Result, success } from "../../diagnostics.js";
import type { Graph } from "../../ir/graph.js";
import { elements, shapesOf } from "../../ir/shapes.js";
import { normalPoints } from "../../plan/normal-points.js";
import { encodeInputs } from "../protocol.js";
import { runEvaluator } from "./run-evaluator.js";
import type { Inputs } from "./stored-inputs.js";

/** How much of the logits' correlation a prediction counts in (docs/math.md, Logits). */
export const COVARIANCES = ["none", "last", "two"] as const;
export type Covariance = (typeof COVARIANCES)[number];

/** One pass of every input, arrays row-major with n rows. */
export interface Predictions {
  /** [n * outputs]: of the logits, or of a regression's outputs. */
  readonly mean: Float32Array;
  readonly var: Float32Array;
  /** [n * outputs * (outputs + 1) / 2]: lower triangles of the logits' covariance; of a classification. */
  readonly cov: Float32Array;
  /** [n * classes], and [n] in nats; of a classification. */
  readonly probability: Float32Array;
  readonly aleatoric: Float32Array;
}

export interface PredictRequest {
  readonly covariance: Covariance;
  readonly points: number;
  /** Moments that take the place of what the pass makes of a value. */
  readonly given?: GivenMoments;
}

/** [units][inputs] each. */
export interface GivenMoments {
  /** The name of the node that makes the value. */
  readonly value: string;
  readonly mean: Float32Array;
  readonly var: Float32Array;
}

/**
 * One pass over all inputs: what generated code computes for the same graph, up to rounding, in a
 * fraction of the time.
 */
export async function predictAll(
  graph: Graph,
  inputs: Inputs,
  { covariance, points, given }: PredictRequest,
): Promise<Result<Predictions>> {
  const outputs = elements(shapesOf(graph).get(graph.head.input) ?? []);
  const isClassification = graph.head.kind === "classification";
  const normals = isClassification ? pointsInRows(points, outputs) : [];
  const index = graph.nodes.findIndex(({ name }) => name === given?.value);
  const files = {
    "points.bin": encodeInputs(normals, outputs),
    ...(given && { "moments.bin": encodeInputs([given.mean, given.var], given.mean.length) }),
  };
  const more = given === undefined ? [] : [String(index + 1), "moments.bin"];
  const job = { graph, inputs, words: [covariance, "points.bin", ...more], files };
  const output = await runEvaluator("predict", job);
  if (!output.ok) {
    return output;
  }
  const triangle = isClassification ? (outputs * (outputs + 1)) / 2 : 0;
  const probabilities = isClassification ? outputs : 0;
  const widths = [outputs, outputs, triangle, probabilities, isClassification ? 1 : 0];
  const columns = splitRows(new Float32Array(output.value), widths);
  const [mean, variance, cov, probability, aleatoric] = columns as FiveColumns;
  return success({ mean, var: variance, cov, probability, aleatoric });
}

type FiveColumns = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

/** The points of generated code, one a row. */
export function pointsInRows(points: number, dimensions: number): Float32Array[] {
  const fours = normalPoints(points, dimensions);
  return Array.from({ length: points }, (_, point) =>
    Float32Array.from({ length: dimensions }, (_, i) => {
      const four = Math.floor(point / 4) * dimensions;
      return fours[4 * (four + i) + (point % 4)] ?? Number.NaN;
    }),
  );
}

/** Rows of all widths together, taken apart into one matrix for each width. */
function splitRows(rows: Float32Array, widths: readonly number[]): Float32Array[] {
  const width = widths.reduce((sum, one) => sum + one, 0);
  const count = rows.length / width;
  let start = 0;
  return widths.map((columns) => {
    const part = new Float32Array(count * columns);
    for (let row = 0; row < count; row++) {
      const at = row * width + start;
      part.set(rows.subarray(at, at + columns), row * columns);
    }
    start += columns;
    return part;
  });
}
