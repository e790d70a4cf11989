import { type Result, success } from "../../diagnostics.js";
import type { DrawnLayer } from "../../eval/layer-check.js";
import type { Graph, Node } from "../../ir/graph.js";
import { elements, shapesOf } from "../../ir/shapes.js";
import { encodeInputs } from "../protocol.js";
import { encodeNetwork } from "./network-file.js";
import { runEvaluator } from "./run-evaluator.js";
import type { StoredInputs } from "./stored-inputs.js";

/** A network's pass and draws of its weights, layer by layer. */
export interface DrawnNetwork {
  readonly draws: number;
  readonly images: number;
  /** In the order of the graph's nodes. */
  readonly layers: readonly DrawnLayer[];
  /** [outputs][images][draws] */
  readonly outputs: Float32Array;
}

export interface LayerRequest {
  readonly draws: number;
  readonly seed: number;
  /** Units of each layer whose draws are kept, and of how many images. */
  readonly recordedUnits: number;
  readonly recordedImages: number;
  readonly onProgress?: (draws: number) => void;
}

const POWERS = 4;
const POOL_POWERS = 2;

/**
 * Compares the pass with draws of the weights at each layer.
 *
 * @param trained the same network whose weights are drawn: without its calibration
 */
export async function layerStatistics(
  graph: Graph,
  trained: Graph,
  inputs: StoredInputs,
  request: LayerRequest,
): Promise<Result<DrawnNetwork>> {
  const { draws, seed, recordedUnits, onProgress } = request;
  const images = inputs.count;
  const recordedImages = Math.min(request.recordedImages, images);
  const shapes = shapesOf(graph);
  const unitsOf = ({ name }: Node) => elements(shapes.get(name) ?? []);
  const chosen = graph.nodes.map((node) => evenlySpread(unitsOf(node), recordedUnits));
  const output = await runEvaluator(
    "layers",
    {
      graph,
      inputs,
      words: [seed, draws, recordedImages].map(String).concat("units.bin", "trained.bin"),
      files: {
        "units.bin": encodeInputs(chosen, recordedUnits),
        "trained.bin": encodeNetwork(trained),
      },
    },
    (line) => {
      const [, done] = /^draws (\d+)$/.exec(line) ?? [];
      if (done !== undefined) {
        onProgress?.(Number(done));
      }
    },
  );
  if (!output.ok) {
    return output;
  }
  let at = 0;
  const take = (count: number) => {
    at += count;
    return new Float32Array(output.value, 4 * (at - count), count);
  };
  const moments = graph.nodes.map((node) => {
    const plane = unitsOf(node) * images;
    const [mean, variance] = [take(plane), take(plane)];
    const powers = Array.from({ length: POWERS }, () => take(plane));
    const apart =
      node.op === "maxpool2d" ? Array.from({ length: POOL_POWERS }, () => take(plane)) : undefined;
    return {
      name: node.name,
      op: node.op,
      images,
      mean,
      var: variance,
      powers,
      ...(apart && { apart }),
    };
  });
  const layers = moments.map((layer, i) => ({
    ...layer,
    recorded: {
      units: chosen[i] ?? new Float32Array(),
      images: recordedImages,
      draws: take(recordedUnits * recordedImages * draws),
    },
  }));
  const last = graph.nodes.find(({ name }) => name === graph.head.input);
  const outputs = take((last === undefined ? 0 : unitsOf(last)) * images * draws);
  return success({ draws, images, layers, outputs });
}

/** `count` of the numbers below `of`, as far apart as may be, repeated where there are fewer. */
function evenlySpread(of: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    of >= count ? Math.floor((i * of) / count) : i % of,
  );
}
