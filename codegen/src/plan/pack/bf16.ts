import { bf16Bits, bitsFloat, floatBits } from "./bits.js";
import { type CompactFormat, TILE } from "./compact.js";

/**
 * One word a weight: the variance as bf16 below, above it the sixteen bits with which the whole
 * word, as a float, is nearest to the mean. Kernels take the word as it stands.
 */
export const bf16: CompactFormat = {
  scaled: false,
  bytes: (inputs) => 4 * TILE * inputs,
  store(panel, at, lane, { mean, sd }) {
    for (let input = 0; input < mean.length; input++) {
      const low = bf16Bits((sd[input] ?? 0) ** 2);
      const word = nearestWord(mean[input] ?? 0, low);
      panel.setUint32(at + 4 * (TILE * input + lane), word, true);
    }
    return { mean: 1, var: 1 };
  },
};

/** The word that ends in `low` and is nearest to `value`, of two the one nearer to zero. */
function nearestWord(value: number, low: number): number {
  const truncated = ((floatBits(value) & 0xffff0000) | low) >>> 0;
  // What lies below makes the magnitude larger: the word may be one too large, or still too small.
  const smaller = (truncated & 0x7fff0000) === 0 ? truncated : truncated - 0x10000;
  const larger = (truncated & 0x7fff0000) === 0x7f7f0000 ? truncated : truncated + 0x10000;
  const error = (word: number) => Math.abs(bitsFloat(word) - value);
  return [smaller, truncated, larger].reduce((best, word) =>
    error(word) < error(best) ? word : best,
  );
}
