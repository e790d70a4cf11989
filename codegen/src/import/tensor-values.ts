import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { Shape } from "../ir/graph.js";
import type { Tensor } from "../ir/posterior.js";
import type { StoredTensor } from "./safetensors.js";

/** Decodes a mean: every value finite. */
export function decodeMean(stored: StoredTensor): Result<Tensor> {
  return decode(stored, []);
}

/** Decodes a standard deviation: every value finite and at least 0. */
export function decodeSd(stored: StoredTensor): Result<Tensor> {
  return decode(stored, [
    {
      code: "negative-sd",
      fails: (value) => value < 0,
      expected: "a standard deviation of 0 or more",
      hint: "store the standard deviation itself, not its unconstrained parameter (apply softplus or exp first)",
    },
  ]);
}

interface Rule {
  readonly code: string;
  readonly fails: (value: number) => boolean;
  readonly expected: string;
  readonly hint: string;
}

const finite: Rule = {
  code: "non-finite-value",
  fails: (value) => !Number.isFinite(value),
  expected: "finite numbers",
  hint: "training has diverged, or the export divided by zero",
};

function decode(stored: StoredTensor, rules: readonly Rule[]): Result<Tensor> {
  const { dtype, data, shape, name } = stored;
  const values = new Float64Array(data.byteLength / dtype.bytes);
  for (let i = 0; i < values.length; i++) {
    values[i] = dtype.read(data, i * dtype.bytes);
  }
  const problems: Diagnostic[] = [];
  for (const { code, fails, expected, hint } of [finite, ...rules]) {
    const first = values.findIndex(fails);
    if (first >= 0) {
      const count = values.reduce((sum, value) => sum + (fails(value) ? 1 : 0), 0);
      problems.push({
        code,
        path: name,
        message: `expected ${expected}, found ${values[first]} at [${indices(first, shape).join(", ")}] (${count} of ${values.length} values)`,
        hint,
      });
    }
  }
  return problems.length > 0 ? failure(...problems) : success({ shape, values });
}

/** The position of element `flat` of a row-major tensor. */
function indices(flat: number, shape: Shape): number[] {
  const position: number[] = [];
  let rest = flat;
  for (const extent of [...shape].reverse()) {
    position.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return position;
}
