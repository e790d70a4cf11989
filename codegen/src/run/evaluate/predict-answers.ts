import { type Result, success } from "../../diagnostics.js";
import type { ClassAnswers, RegressionAnswers } from "../../eval/answers.js";
import type { Image } from "../inputs/image.js";
import type { PreparedModel } from "../prepare.js";
import type { Classification, Prediction, Regression } from "../protocol.js";
import { runModel } from "../run-model.js";

/** Inputs of one start of the program: their answers are objects for as long as it runs. */
const CHUNK = 10_000;

/** A model's answers as arrays, one entry an input, or one row. */
export type Answers =
  | ({ readonly head: "classification" } & ClassAnswers)
  | ({ readonly head: "regression" } & RegressionAnswers);

/** Runs a prepared model over as many inputs as there are. */
export async function predictAnswers(
  { generation, board }: PreparedModel,
  images: readonly Image[],
  onProgress: (done: number) => void = () => {},
): Promise<Result<Answers>> {
  const chunks: Answers[] = [];
  for (let start = 0; start < images.length; start += CHUNK) {
    const chunk = images.slice(start, start + CHUNK);
    const ran = await runModel(generation, board, chunk, {
      onProgress: (done) => onProgress(start + done),
    });
    if (!ran.ok) {
      return ran;
    }
    chunks.push(asArrays(ran.value.predictions, generation.model.head, generation.model.outputs));
    onProgress(Math.min(start + CHUNK, images.length));
  }
  return success(joined(chunks));
}

function asArrays(
  predictions: readonly Prediction[],
  head: Answers["head"],
  outputs: number,
): Answers {
  if (head === "classification") {
    const all = predictions as readonly Classification[];
    return {
      head,
      classes: outputs,
      probability: rows(all, outputs, ({ probability }) => probability),
      total: Float64Array.from(all, ({ total }) => total),
      aleatoric: Float64Array.from(all, ({ aleatoric }) => aleatoric),
      epistemic: Float64Array.from(all, ({ epistemic }) => epistemic),
    };
  }
  const all = predictions as readonly Regression[];
  return {
    head,
    outputs,
    mean: rows(all, outputs, ({ mean }) => mean),
    total: rows(all, outputs, ({ total }) => total),
    epistemic: rows(all, outputs, ({ epistemic }) => epistemic),
  };
}

function rows<T>(items: readonly T[], width: number, row: (item: T) => readonly number[]) {
  const values = new Float64Array(items.length * width);
  items.forEach((item, i) => {
    values.set(row(item), i * width);
  });
  return values;
}

/** The answers of all chunks one after the other; of one at least. */
function joined(chunks: readonly Answers[]): Answers {
  const [first] = chunks;
  if (first === undefined) {
    throw new RangeError("no inputs");
  }
  return Object.fromEntries(
    Object.entries(first).map(([key, value]) => [
      key,
      value instanceof Float64Array ? concatenated(chunks, key) : value,
    ]),
  ) as unknown as Answers;
}

function concatenated(chunks: readonly Answers[], key: string): Float64Array {
  const parts = chunks.map((chunk) => chunk[key as keyof Answers] as unknown as Float64Array);
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
