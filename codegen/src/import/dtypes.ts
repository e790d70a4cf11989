/** One of safetensors' number formats that hold a posterior. */
export interface Dtype {
  readonly name: string;
  readonly bytes: number;
  /** The number at `offset`, exactly. */
  readonly read: (view: DataView, offset: number) => number;
}

/** The formats a posterior may be stored in, by safetensors' names. */
export const dtypes: ReadonlyMap<string, Dtype> = new Map([
  ["F64", { name: "F64", bytes: 8, read: (view, offset) => view.getFloat64(offset, true) }],
  ["F32", { name: "F32", bytes: 4, read: (view, offset) => view.getFloat32(offset, true) }],
  ["F16", { name: "F16", bytes: 2, read: (view, offset) => float16(view.getUint16(offset, true)) }],
  [
    "BF16",
    { name: "BF16", bytes: 2, read: (view, offset) => bfloat16(view.getUint16(offset, true)) },
  ],
]);

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  if (exponent === 0) {
    return sign * fraction * 2 ** -24;
  }
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a binary32. */
function bfloat16(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}
