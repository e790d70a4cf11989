import type { Diagnostic } from "../diagnostics.js";
import type { Graph } from "../ir/graph.js";
import { CLASSIFY, COVARIANCE, chosenKernel, type KernelChoice, SOFTMAX } from "./kernel-choice.js";
import { MAX_DIMENSIONS, normalPoints } from "./normal-points.js";
import type { CovariancePlan, LayerPlan, Plan } from "./plan.js";
import type { Storage } from "./storage.js";

const MIN_POINTS = 8;
const MAX_POINTS = 8192;

/** How many points a head takes, in words. */
export const POINTS = `a multiple of 4 from ${MIN_POINTS} to ${MAX_POINTS}`;

export function arePoints(count: number): boolean {
  return count % 4 === 0 && count >= MIN_POINTS && count <= MAX_POINTS;
}

/** Problems with the number of points and classes, none if they are fine. */
export function checkPoints(points: number, { head }: Graph): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const classes = head.kind === "classification" ? head.labels.length : 0;
  if (classes > MAX_DIMENSIONS) {
    problems.push({
      code: "too-many-classes",
      path: "output.labels",
      message: `the classification head has points for ${MAX_DIMENSIONS} classes at most, found ${classes}`,
      hint: "group the classes",
    });
  }
  if (!arePoints(points)) {
    problems.push({
      code: "bad-points",
      path: "--points",
      message: `expected ${POINTS}, found ${points}`,
      hint: "docs/math.md shows what more points cost and gain",
    });
  }
  return problems;
}

/** Settles the head; `layers` are those already planned. */
export function planHead(
  graph: Graph,
  kernels: KernelChoice,
  layers: readonly LayerPlan[],
  storage: Storage,
  points: number,
): Plan["head"] {
  const { head } = graph;
  const input = storage.value(head.input);
  if (head.kind === "regression") {
    const noiseVar = Float32Array.from(head.noiseSd, (sd) => sd ** 2);
    return { kind: "regression", source: head.input, input, noiseVar };
  }
  if (input.var === undefined) {
    return {
      kind: "softmax",
      source: head.input,
      input,
      labels: head.labels,
      kernel: chosenKernel(kernels, SOFTMAX),
      probability: storage.offset(SOFTMAX, "probability"),
    };
  }
  return {
    kind: "classification",
    source: head.input,
    input,
    labels: head.labels,
    covariance: planCovariance(head.input, kernels, layers, storage),
    kernel: chosenKernel(kernels, CLASSIFY),
    points,
    normals: normalPoints(points, input.length),
    cov: storage.offset(CLASSIFY, "cov"),
    scratch: storage.offset(CLASSIFY, "scratch"),
    probability: storage.offset(CLASSIFY, "probability"),
  };
}

function planCovariance(
  logits: string,
  kernels: KernelChoice,
  layers: readonly LayerPlan[],
  storage: Storage,
): CovariancePlan {
  const layer = layers.find(({ name }) => name === logits);
  if (layer === undefined || !kernels.has(COVARIANCE)) {
    return { level: "none" };
  }
  return {
    level: "last",
    kernel: chosenKernel(kernels, COVARIANCE),
    layer,
    scratch: storage.offset(COVARIANCE, "scratch"),
  };
}
