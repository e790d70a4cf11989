import { type Result, success } from "../diagnostics.js";
import type { Graph } from "../ir/graph.js";
import { validate } from "../ir/validate.js";
import { applyCalibration } from "./apply-calibration.js";
import { channelsLast } from "./channels-last.js";
import { drawFromPosterior } from "./draw-from-posterior.js";
import { foldInputScale } from "./fold-input-scale.js";
import { fuseConvPoolRelu } from "./fuse-conv-pool-relu.js";
import { fusePoolRelu } from "./fuse-pool-relu.js";
import type { Pass, PassContext } from "./pass.js";
import { poolBeforeRelu } from "./pool-before-relu.js";
import { posteriorMeans } from "./posterior-means.js";
import { scaleHalves } from "./scale-halves.js";
import { storeHalves } from "./store-halves.js";

/** From the imported graph to the one that is planned, in this order. */
export const passes: readonly Pass[] = [
  { name: "validate", run: validate },
  applyCalibration,
  posteriorMeans,
  drawFromPosterior,
  foldInputScale,
  poolBeforeRelu,
  fusePoolRelu,
  channelsLast,
  fuseConvPoolRelu,
  storeHalves,
  scaleHalves,
];

/** Runs all passes; stops at the first that finds a problem. */
export function runPasses(graph: Graph, context: PassContext): Result<Graph> {
  return passes.reduce<Result<Graph>>(
    (result, pass) => (result.ok ? pass.run(result.value, context) : result),
    success(graph),
  );
}
