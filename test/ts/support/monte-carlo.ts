import { readFileSync, writeFileSync } from "node:fs";
import { compileTool, execute, type TracedLayer } from "./layers.js";

const KINDS = { linear: 0, relu: 1, maxpool: 2, maxpool_relu: 3 } as const;

/** Moments of one batch of draws, per unit, about the mean that the layer claims. */
export interface Batch {
  /** Mean of y - claimed mean. */
  readonly offset: Float64Array;
  /** Mean of (y - claimed mean)^2. */
  readonly square: Float64Array;
}

/** Draws a layer with the Gaussian that entered it (test/approximation/monte_carlo.c). */
export function drawLayer(
  layer: TracedLayer,
  draws: { readonly batches: number; readonly perBatch: number; readonly seed: number },
): Batch[] {
  const program = compileTool("monte_carlo");
  const [file, result] = [`${program}.in`, `${program}.out`];
  const header = Uint32Array.of(
    KINDS[layer.kind],
    draws.batches,
    draws.perBatch,
    ...layer.inShape,
    ...layer.outShape,
    ...layer.window,
    ...layer.stride,
    ...layer.padding,
  );
  const { weights } = layer;
  const arrays = [layer.in.mean, layer.in.var, layer.out.mean];
  if (weights !== undefined) {
    arrays.push(weights.mean, weights.sd, weights.biasMean, weights.biasSd);
  }
  const bytes = [header, ...arrays].map((array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength),
  );
  writeFileSync(file, Buffer.concat(bytes));
  execute(program, [file, result, String(draws.seed)]);

  const units = layer.out.mean.length;
  const sums = new Float64Array(Uint8Array.from(readFileSync(result)).buffer);
  return Array.from({ length: draws.batches }, (_, batch) => ({
    offset: sums.subarray(2 * batch * units, (2 * batch + 1) * units),
    square: sums.subarray((2 * batch + 1) * units, (2 * batch + 2) * units),
  }));
}
