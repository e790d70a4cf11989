import { SMALLEST_NORMAL } from "./bits.js";
import { type CompactFormat, largest, type Row, type Scales, TILE } from "./compact.js";

const MEAN_STEPS = 127;

/** int8 means and uint8 standard deviations, both linear, with a scale each an output. */
export const i8u8: CompactFormat = {
  scaled: true,
  bytes: (inputs) => 2 * TILE * inputs,
  store(panel, at, lane, row) {
    const scales = { mean: meanScale(row), var: varScale(largest(row.sd) / 255) };
    storeRow(panel, at, lane, row, scales, 255, 4 * TILE, (pair, second, sd) => {
      panel.setUint8(pair + 2 * lane + second, sd);
    });
    return scales;
  },
};

/** The same with standard deviations of four bits, two to a byte, the first one's below. */
export const i8u4: CompactFormat = {
  scaled: true,
  bytes: (inputs) => 3 * TILE * Math.floor(inputs / 2) + 2 * TILE * (inputs % 2),
  store(panel, at, lane, row) {
    const scales = { mean: meanScale(row), var: varScale(leastErrorStep(row.sd, 15)) };
    storeRow(panel, at, lane, row, scales, 15, 3 * TILE, (pair, second, sd) => {
      const place = pair + lane;
      panel.setUint8(place, panel.getUint8(place) | (sd << (4 * second)));
    });
    return scales;
  },
};

function meanScale({ mean }: Row): number {
  return normalOrZero(Math.fround(largest(mean) / MEAN_STEPS));
}

/** What the square of one step of an sd stands for. */
function varScale(step: number): number {
  return normalOrZero(Math.fround(step ** 2));
}

/** Below the normal floats nothing is left of a weight, on targets that take those as zero too. */
function normalOrZero(scale: number): number {
  return scale < SMALLEST_NORMAL ? 0 : scale;
}

/**
 * Stores a row by pairs of inputs of `pairBytes`: two bytes of means, then the sds by `storeSd`,
 * which is given where they begin and which of the two it is. One input left over takes two bytes.
 */
function storeRow(
  panel: DataView,
  at: number,
  lane: number,
  { mean, sd }: Row,
  scales: Scales,
  sdSteps: number,
  pairBytes: number,
  storeSd: (sds: number, second: 0 | 1, sd: number) => void,
): void {
  const sdScale = Math.sqrt(scales.var);
  for (let input = 0; input < mean.length; input++) {
    const second = input % 2 === 0 ? 0 : 1;
    const pair = at + Math.floor(input / 2) * pairBytes;
    const means = steps(mean[input] ?? 0, scales.mean, MEAN_STEPS);
    const sds = steps(sd[input] ?? 0, sdScale, sdSteps);
    panel.setInt8(pair + second * TILE + lane, means);
    if (second === 0 && input + 1 === mean.length) {
      panel.setUint8(pair + TILE + lane, sds);
    } else {
      storeSd(pair + 2 * TILE, second, sds);
    }
  }
}

/** `value` in steps of `scale`, rounded to nearest, at most `max` of them. */
function steps(value: number, scale: number, max: number): number {
  if (scale === 0) {
    return 0;
  }
  return Math.max(-max, Math.min(max, Math.round(value / scale)));
}

/**
 * The step of sds that makes the squared error of the variances least, among some from the largest
 * sd over `max` down to half of it: clipping a few large ones can leave the others more exact.
 */
function leastErrorStep(sd: Float64Array, max: number): number {
  const CANDIDATES = 17;
  const widest = largest(sd) / max;
  let best = widest;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < CANDIDATES && widest > 0; i++) {
    const step = widest * (1 - i / (2 * (CANDIDATES - 1)));
    const error = varError(sd, step, max);
    if (error < least) {
      least = error;
      best = step;
    }
  }
  return best;
}

function varError(sd: Float64Array, step: number, max: number): number {
  let sum = 0;
  for (const value of sd) {
    const stored = Math.min(max, Math.round(value / step));
    sum += ((stored * step) ** 2 - value ** 2) ** 2;
  }
  return sum;
}
