import type { LayerParameters } from "../../../codegen/src/ir/posterior.js";
import { Random } from "./random.js";

type Value = (input: number) => number;

const random = new Random(11);
const drawn = Array.from({ length: 64 }, () => 2 * random.uniform() - 1);
const typical: Value = (input) => drawn[input % drawn.length] ?? 0;
const spread: Value = (input) => (input % 2 === 0 ? 1 : -1) * 2 ** (-4 * input);
/** Its square is a float, whatever rounding makes of it. */
const LARGEST = (1 - 2 ** -8) * 2 ** 64;

/** Mean and sd of the weights of one output, at the edges of what a format can hold. */
const rows: readonly (readonly [what: string, mean: Value, sd: Value])[] = [
  ["zero", () => 0, () => 0],
  ["all equal", () => -0.3, () => 0.3],
  ["exact", typical, () => 0],
  ["without means", () => 0, (k) => Math.abs(typical(k))],
  ["huge", (k) => 1e15 * typical(k), (k) => 1e15 * Math.abs(typical(k))],
  ["largest", (k) => (k % 2 === 0 ? LARGEST : -LARGEST), () => LARGEST],
  ["tiny", (k) => 1e-30 * typical(k), (k) => 1e-15 * Math.abs(typical(k))],
  ["subnormal", (k) => 1e-40 * typical(k), (k) => 1e-20 * Math.abs(typical(k))],
  ["of many magnitudes", spread, (k) => 2 ** (-2 * k)],
  ["one large among tiny ones", (k) => (k === 1 ? 100 : 1e-3), (k) => (k === 2 ? 50 : 1e-3)],
  ["halves between steps", (k) => (k - 3.5) / 127, (k) => (k + 0.5) / 15],
  ["typical", typical, (k) => 0.1 * Math.abs(typical(k + 7))],
];

/** What is at the edge in each output of edgeLayer. */
export const edges = rows.map(([what]) => what);

/** A dense layer without biases, each output at another edge. */
export function edgeLayer(inputs: number): LayerParameters {
  const tensor = (pick: (row: (typeof rows)[number]) => Value) => ({
    shape: [rows.length, inputs],
    values: Float64Array.from(
      rows.flatMap((row) => Array.from({ length: inputs }, (_, k) => pick(row)(k))),
    ),
  });
  return { weight: { mean: tensor((row) => row[1]), sd: tensor((row) => row[2]) } };
}
