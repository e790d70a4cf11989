import { packedBytes } from "./packed-bytes.js";
import { Random } from "./random.js";
import { drawLayer } from "./stored-layers.js";
import { unpack } from "./unpack.js";

const sizes = [
  { out: 17, inputs: 25 },
  { out: 10, inputs: 16 },
] as const;

/** Moments of one output in double precision, and what bounds a kernel's rounding errors. */
interface Moments {
  readonly mean: number;
  readonly var: number;
  readonly meanTerms: number;
  readonly varTerms: number;
}

/**
 * test/golden/stored_weights.h: dense layers as the generator packs them in every compact format,
 * and the moments that the packed weights, read back, give by double precision.
 */
export function goldenStoredWeights(): string {
  const arrays: string[] = [];
  const cases: string[] = [];
  for (const format of ["f16", "bf16", "i8u8", "i8u4"] as const) {
    for (const [index, { out, inputs }] of sizes.entries()) {
      const random = new Random(100 + index);
      const parameters = drawLayer(random, out, inputs, 0.1);
      const draw = (low: number) =>
        Array.from({ length: inputs }, () => Math.fround(low + (1 - low) * random.uniform()));
      const input = { mean: draw(-1), var: draw(0) };
      const bytes = packedBytes(format, parameters);
      const weights = unpack(format, bytes, out, inputs);
      const name = `${format}_${out}x${inputs}`;
      const moments = (exact: boolean) =>
        Array.from({ length: out }, (_, output): Moments => {
          const mean = weights.mean[output] ?? [];
          const variance = weights.var[output] ?? [];
          const m = (k: number) => input.mean[k] ?? 0;
          const v = (k: number) => (exact ? 0 : (input.var[k] ?? 0));
          const terms = mean.map((w, k) => m(k) * w);
          const variances = mean.map(
            (w, k) => v(k) * w * w + (v(k) + m(k) * m(k)) * (variance[k] ?? 0),
          );
          // Of every pair that shares a register, a part of the first square is taken out again.
          const residue = variance.map((w, k) =>
            k % 2 === 0 && k + 1 < inputs ? 2 ** -15 * (v(k + 1) + m(k + 1) ** 2) * w : 0,
          );
          const biasMean = weights.biasMean[output] ?? 0;
          const biasVar = weights.biasVar[output] ?? 0;
          return {
            mean: sum(terms) + biasMean,
            var: sum(variances) + biasVar,
            meanTerms: sum(terms.map(Math.abs)) + Math.abs(biasMean),
            varTerms: sum(variances) + biasVar + sum(residue),
          };
        });
      arrays.push(
        array(`uint32_t ${name}_weights`, words(bytes)),
        array(`float ${name}_in_mean`, input.mean.map(float)),
        array(`float ${name}_in_var`, input.var.map(float)),
        array(`golden_moments ${name}_general`, moments(false).map(literal)),
        array(`golden_moments ${name}_det`, moments(true).map(literal)),
      );
      const parts = ["weights", "in_mean", "in_var", "general", "det"];
      const names = parts.map((part) => `${name}_${part}`).join(", ");
      cases.push(`{"${format}", ${inputs}, ${out}, sizeof ${name}_weights, ${names}}`);
    }
  }
  return [
    "/* Made by: node --import tsx test/golden/stored-weights.ts */",
    "/* clang-format off */",
    ...arrays,
    array("golden_layer golden_layers", cases),
    "",
  ].join("\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function array(declaration: string, values: readonly string[]): string {
  return `static const ${declaration}[] = {\n${values.map((value) => `    ${value},\n`).join("")}};`;
}

function words(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer);
  return Array.from(
    { length: bytes.length / 4 },
    (_, i) =>
      `0x${view
        .getUint32(4 * i, true)
        .toString(16)
        .padStart(8, "0")}`,
  );
}

function double(value: number): string {
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

function float(value: number): string {
  return `${double(value)}f`;
}

function literal({ mean, var: variance, meanTerms, varTerms }: Moments): string {
  return `{${[mean, variance, meanTerms, varTerms].map(double).join(", ")}}`;
}
