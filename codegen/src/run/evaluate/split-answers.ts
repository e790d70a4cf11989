import type { Answers } from "./predict-answers.js";

/** The answers to the inputs from `start` up to `end`. */
export function slice(answers: Answers, start: number, end: number): Answers {
  const width = answers.head === "classification" ? answers.classes : answers.outputs;
  const rows = answers.head === "classification" ? ["probability"] : ["mean", "total", "epistemic"];
  return Object.fromEntries(
    Object.entries(answers).map(([key, value]) => {
      const columns = rows.includes(key) ? width : 1;
      return [
        key,
        value instanceof Float64Array ? value.subarray(start * columns, end * columns) : value,
      ];
    }),
  ) as unknown as Answers;
}
