import { SMALLEST_NORMAL } from "./bits.js";
import { type CompactFormat, largest, type Row, TILE } from "./compact.js";

const MEAN_STEPS = 127;

/** int8 means and uint8 standard deviations, both linear, with a scale each an output. */
export const i8u8: CompactFormat = {
  scaled: true,
  bytes: (inputs) => 2 * TILE * inputs,
  store(panel, at, lane, row) {
    const scales = { mean: meanScale(row), var: varScale(largest(row.sd) / 255) };
    const sds = roundSds(row.sd, scales.var, 255);
    storeRow(panel, at, lane, row, scales.mean, sds, 4 * TILE, (pair, second, sd) => {
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
    const sds = roundSds(row.sd, scales.var, 15);
    storeRow(panel, at, lane, row, scales.mean, sds, 3 * TILE, (pair, second, sd) => {
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
  { mean }: Row,
  meanScale: number,
  sds: Uint8Array,
  pairBytes: number,
  storeSd: (place: number, second: 0 | 1, sd: number) => void,
): void {
  for (let input = 0; input < mean.length; input++) {
    const second = input % 2 === 0 ? 0 : 1;
    const pair = at + Math.floor(input / 2) * pairBytes;
    const sd = sds[input] ?? 0;
    panel.setInt8(pair + second * TILE + lane, roundMean(mean[input] ?? 0, meanScale));
    if (second === 0 && input + 1 === mean.length) {
      panel.setUint8(pair + TILE + lane, sd);
    } else {
      storeSd(pair + 2 * TILE, second, sd);
    }
  }
}

/** `mean` in steps of `scale`, rounded to nearest. */
function roundMean(mean: number, scale: number): number {
  return scale === 0 ? 0 : Math.max(-MEAN_STEPS, Math.min(MEAN_STEPS, Math.round(mean / scale)));
}

/**
 * Sds as whole numbers u up to `max`, of which u^2 times `scale` stands for the variance. Rounding
 * each to nearest would shift a layer's variance: what is far below the scale would all become zero.
 * So a variance that lies at a fraction of the way from one square to the next takes the next as
 * often as that: the fractions are added up along the row, and it is where the sum passes a half.
 * A stretch of a row then keeps its variance, and exact weights stay exact.
 */
function roundSds(sd: Float64Array, scale: number, max: number): Uint8Array {
  const rounded = new Uint8Array(sd.length);
  let sum = 0;
  for (let i = 0; i < sd.length && scale > 0; i++) {
    const squares = (sd[i] ?? 0) ** 2 / scale;
    const below = Math.min(Math.floor(Math.sqrt(squares)), max);
    rounded[i] = below;
    if (below < max) {
      sum += (squares - below ** 2) / (2 * below + 1);
      if (sum >= 0.5) {
        sum -= 1;
        rounded[i] = below + 1;
      }
    }
  }
  return rounded;
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
    const error = varError(sd, step ** 2, max);
    if (error < least) {
      least = error;
      best = step;
    }
  }
  return best;
}

function varError(sd: Float64Array, scale: number, max: number): number {
  const rounded = roundSds(sd, scale, max);
  let sum = 0;
  for (let i = 0; i < sd.length; i++) {
    const error = (rounded[i] ?? 0) ** 2 * scale - (sd[i] ?? 0) ** 2;
    sum += error * error;
  }
  return sum;
}
