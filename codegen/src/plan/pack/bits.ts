const view = new DataView(new ArrayBuffer(8));

/** The smallest float that has all its digits. */
export const SMALLEST_NORMAL = 2 ** -126;

/** The bits of a value rounded to float. */
export function floatBits(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

export function bitsFloat(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** floor(log2(value)) of a value > 0 that has all its digits as a double. */
export function exponentOf(value: number): number {
  view.setFloat64(0, value);
  return ((view.getUint16(0) >> 4) & 0x7ff) - 1023;
}

/** The nearest whole number, of two the even one; value >= 0. */
export function roundToEven(value: number): number {
  const below = Math.floor(value);
  const above = value - below;
  return above > 0.5 || (above === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The bits of the IEEE half nearest to a value whose magnitude is below 65520. */
export function halfBits(value: number): number {
  const magnitude = Math.abs(value);
  const exponent = Math.max(exponentOf(magnitude), -14);
  const digits = roundToEven(magnitude * 2 ** (10 - exponent));
  // Digits of 2048 carry into the exponent; without a leading digit it is that of subnormals.
  return (value < 0 ? 0x8000 : 0) + (exponent + 14) * 1024 + digits;
}

/** The upper half of the float nearest to `value` >= 0 among the finite ones with no lower half. */
export function bf16Bits(value: number): number {
  const bits = floatBits(value);
  return Math.min((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16, 0x7f7f);
}
