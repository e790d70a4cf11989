import { failure, type Result, success } from "../../diagnostics.js";
import type { GaussianTensor, LayerParameters } from "../../ir/posterior.js";
import { weightOverflow } from "./overflow.js";

/** Outputs of a panel in every compact format. */
export const TILE = 8;

/** What one of a row's stored values stands for, as floats. */
export interface Scales {
  readonly mean: number;
  readonly var: number;
}

/** A compact weight format of pfp_kernels.h. */
export interface CompactFormat {
  /** Whether a panel's header has scales behind the biases. */
  readonly scaled: boolean;
  /** Bytes of a panel's weights, a multiple of four. */
  readonly bytes: (inputs: number) => number;
  /** Stores one output's weights as lane `lane` of a panel whose weights begin at `at`. */
  readonly store: (panel: DataView, at: number, lane: number, row: Row) => Scales;
}

/** Mean and sd of one output's weights. */
export interface Row {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** Packs panels of eight outputs; see packWeights. */
export function packCompact(
  layer: string,
  { weight, bias }: LayerParameters,
  format: CompactFormat,
): Result<Uint8Array> {
  const [out = 0] = weight.mean.shape;
  const inputs = weight.mean.values.length / out;
  const header = (format.scaled ? 4 : 2) * TILE * 4;
  const panelBytes = header + format.bytes(inputs);
  const packed = new Uint8Array(Math.ceil(out / TILE) * panelBytes);
  const view = new DataView(packed.buffer);
  for (let output = 0; output < out; output++) {
    const panel = Math.floor(output / TILE) * panelBytes;
    const lane = output % TILE;
    const row = rowOf(weight, output, inputs);
    const biases = rowOf(bias ?? NO_BIAS, bias === undefined ? 0 : output, 1);
    if (!isFinite32(row) || !isFinite32(biases)) {
      return failure(weightOverflow(layer, "the square of a mean or of an sd"));
    }
    const scales = format.store(view, panel + header, lane, row);
    const floats = [biases.mean[0] ?? 0, (biases.sd[0] ?? 0) ** 2];
    if (format.scaled) {
      floats.push(scales.mean, scales.var);
    }
    floats.forEach((value, i) => {
      view.setFloat32(panel + 4 * (TILE * i + lane), value, true);
    });
  }
  return success(packed);
}

const NO_BIAS: GaussianTensor = { mean: { shape: [1], values: new Float64Array(1) } };

function rowOf({ mean, sd }: GaussianTensor, output: number, inputs: number): Row {
  const begin = output * inputs;
  const end = begin + inputs;
  return {
    mean: mean.values.subarray(begin, end),
    sd: sd?.values.subarray(begin, end) ?? new Float64Array(inputs),
  };
}

/** How much larger than a value the one may be that is stored for it. */
const ROUNDING = 1 + 2 ** -10;

/** Whether a float holds every variance and every square of a mean, which kernels make, as stored. */
function isFinite32(row: Row): boolean {
  return [row.mean, row.sd].every((values) =>
    Number.isFinite(Math.fround((largest(values) * ROUNDING) ** 2)),
  );
}

/** The largest magnitude; NaN where one is. */
export function largest(values: Float64Array): number {
  let max = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    max = magnitude <= max ? max : magnitude;
  }
  return max;
}
