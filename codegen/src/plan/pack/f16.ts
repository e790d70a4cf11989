import { exponentOf, halfBits, SMALLEST_NORMAL } from "./bits.js";
import { type CompactFormat, largest, TILE } from "./compact.js";

/**
 * Halves of mean and variance, each scaled by a power of two so that the largest lies in
 * [2^14, 2^15]: scaling is exact, and variances far below the largest keep their digits.
 */
export const f16 = halves(14, 14);

/**
 * The same for kernels that sum in halves: the largest mean in [1/2, 1], the largest variance in
 * [1/64, 1/32], so that the sums over a run hold in a half wherever (v + m^2) does and v is below
 * 2,047.
 */
export const f16Sums = halves(-1, -6);

/** The largest of an output's means and variances between these powers of two and the next ones. */
function halves(meanPower: number, varPower: number): CompactFormat {
  return {
    scaled: true,
    bytes: (inputs) => 4 * TILE * inputs,
    store(panel, at, lane, { mean, sd }) {
      const scales = {
        mean: scaleOf(largest(mean), meanPower),
        var: scaleOf(largest(sd) ** 2, varPower),
      };
      // Outputs 0, 4, 1, 5, 2, 6, 3, 7.
      const place = at + 2 * (lane < 4 ? 2 * lane : 2 * lane - 7);
      for (let input = 0; input < mean.length; input++) {
        const here = place + 4 * TILE * input;
        panel.setUint16(here, halfBits((mean[input] ?? 0) / scales.mean), true);
        panel.setUint16(here + 2 * TILE, halfBits((sd[input] ?? 0) ** 2 / scales.var), true);
      }
      return scales;
    },
  };
}

function scaleOf(max: number, power: number): number {
  return Math.max(2 ** (exponentOf(max) - power), SMALLEST_NORMAL);
}
