import type { WeightFormat } from "../../../codegen/src/ir/kernel-table.js";

/** What packed weights stand for, [out][inputs], read as pfp_kernels.h lays them out. */
export interface Unpacked {
  readonly mean: number[][];
  readonly var: number[][];
  readonly biasMean: number[];
  readonly biasVar: number[];
  /** What one step stands for: sm and sv of every output. */
  readonly scales: { readonly mean: number; readonly var: number }[];
  /** Everything of the outputs that fill up the last panel. */
  readonly padding: number[];
}

type Compact = Exclude<WeightFormat, "f32">;

/** Bytes of a panel of eight outputs, header included. */
export function panelBytes(format: Compact, inputs: number): number {
  switch (format) {
    case "f16":
      return 128 + 32 * inputs;
    case "bf16":
      return 64 + 32 * inputs;
    case "i8u8":
      return 128 + 16 * inputs;
    case "i8u4":
      return 128 + (inputs % 2 === 0 ? 12 * inputs : 12 * (inputs - 1) + 16);
  }
}

export function unpack(format: Compact, bytes: Uint8Array, out: number, inputs: number): Unpacked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const panel = panelBytes(format, inputs);
  const header = format === "bf16" ? 64 : 128;
  const result: Unpacked = {
    mean: [],
    var: [],
    biasMean: [],
    biasVar: [],
    scales: [],
    padding: [],
  };
  for (let output = 0; output < (8 * bytes.length) / panel; output++) {
    const at = Math.floor(output / 8) * panel;
    const lane = output % 8;
    const float = (row: number) => view.getFloat32(at + 4 * (8 * row + lane), true);
    const scales = format === "bf16" ? { mean: 1, var: 1 } : { mean: float(2), var: float(3) };
    const weights = Array.from({ length: inputs }, (_, input) =>
      weight(format, view, at + header, lane, input, inputs),
    );
    const mean = weights.map((w) => w.mean * scales.mean);
    const variance = weights.map((w) => w.var * scales.var);
    if (output < out) {
      result.mean.push(mean);
      result.var.push(variance);
      result.biasMean.push(float(0));
      result.biasVar.push(float(1));
      result.scales.push(scales);
    } else {
      result.padding.push(float(0), float(1), ...mean, ...variance);
    }
  }
  return result;
}

function weight(
  format: Compact,
  view: DataView,
  at: number,
  lane: number,
  input: number,
  inputs: number,
): { mean: number; var: number } {
  const pair = Math.floor(input / 2);
  const last = input === inputs - 1 && input % 2 === 0;
  const square = (sd: number) => sd * sd;
  switch (format) {
    case "f16": {
      const place = at + 32 * input + 2 * [0, 4, 1, 5, 2, 6, 3, 7].indexOf(lane);
      return {
        mean: half(view.getUint16(place, true)),
        var: half(view.getUint16(place + 16, true)),
      };
    }
    case "bf16": {
      const word = new DataView(new ArrayBuffer(8));
      word.setUint32(0, view.getUint32(at + 32 * input + 4 * lane, true));
      return { mean: word.getFloat32(0), var: word.getFloat32(2) };
    }
    case "i8u8": {
      const base = at + 32 * pair;
      const sd = last ? base + 8 + lane : base + 16 + 2 * lane + (input % 2);
      return {
        mean: view.getInt8(base + 8 * (input % 2) + lane),
        var: square(view.getUint8(sd)),
      };
    }
    case "i8u4": {
      const base = at + 24 * pair;
      const both = view.getUint8(base + (last ? 8 : 16) + lane);
      return {
        mean: view.getInt8(base + 8 * (input % 2) + lane),
        var: square(input % 2 === 1 ? both >> 4 : last ? both : both & 15),
      };
    }
  }
}

function half(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const digits = bits & 1023;
  return sign * (exponent === 0 ? digits * 2 ** -24 : (1024 + digits) * 2 ** (exponent - 25));
}
