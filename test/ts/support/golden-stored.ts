import { floatBits } from "../../../codegen/src/plan/pack/bits.js";
import { edgeLayer, edges } from "./edge-layer.js";
import { packedBytes } from "./packed-bytes.js";
import { Random } from "./random.js";
import { drawLayer } from "./stored-layers.js";
import { unpack } from "./unpack.js";

const FORMATS = ["f16", "bf16", "i8u8", "i8u4"] as const;

const sizes = [
  { out: 17, inputs: 25 },
  { out: 10, inputs: 16 },
] as const;

/** Inputs of the layers at the edges: pairs, and one left over. */
const EDGE_INPUTS = [1, 6, 7] as const;

/** Moments of one output in double precision, and what bounds a kernel's rounding errors. */
interface Moments {
  readonly mean: number;
  readonly var: number;
  readonly meanTerms: number;
  readonly varTerms: number;
}

/**
 * test/golden/stored_weights.h: dense layers as the generator packs them in every compact format,
 * and the moments that the packed weights, read back, give by double precision; then layers at the
 * edges of the formats, and the floats that kernels must read from them to the last bit.
 */
export function goldenStoredWeights(): string {
  const arrays: string[] = [];
  const cases: string[] = [];
  for (const format of FORMATS) {
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
  const atEdges = FORMATS.flatMap((format) =>
    EDGE_INPUTS.map((inputs) => edgeCase(format, inputs)),
  );
  return [
    "/* Made by: node --import tsx test/golden/stored-weights.ts */",
    "/* clang-format off */",
    ...arrays,
    array("golden_layer golden_layers", cases),
    ...atEdges.flatMap((edge) => edge.arrays),
    array(
      "golden_edges golden_edge_layers",
      atEdges.map((edge) => edge.entry),
    ),
    "",
  ].join("\n");
}

/** A layer at the edges of a format, and the very floats that each input of 1 alone must give. */
function edgeCase(format: (typeof FORMATS)[number], inputs: number) {
  const out = edges.length;
  const bytes = packedBytes(format, edgeLayer(inputs));
  const { mean, var: variance, scales } = unpack(format, bytes, out, inputs);
  const answers = Array.from({ length: inputs }, (_, k) =>
    Array.from({ length: out }, (_, output) => {
      const row = variance[output] ?? [];
      const scale = scales[output]?.var ?? 0;
      const inPairs = format === "i8u8" || format === "i8u4";
      // The second of a pair holds 2^-16 of the first's square, which is taken out again.
      const first = inPairs && k % 2 === 1 && scale > 0 ? (row[k - 1] ?? 0) / scale : 0;
      const stored = scale > 0 ? (row[k] ?? 0) / scale : 0;
      const sum = Math.fround(Math.fround(stored + 2 ** -16 * first) - 2 ** -16 * first);
      return [mean[output]?.[k] ?? 0, Math.max(sum, 0) * scale];
    }),
  );
  const name = `${format}_edges_${inputs}`;
  const hex = answers.flat(2).map((value) => `0x${floatBits(value).toString(16).padStart(8, "0")}`);
  return {
    arrays: [
      array(`uint32_t ${name}_weights`, words(bytes)),
      array(`uint32_t ${name}_answers`, hex),
    ],
    entry: `{"${format}", ${inputs}, ${out}, sizeof ${name}_weights, ${name}_weights, ${name}_answers}`,
  };
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
