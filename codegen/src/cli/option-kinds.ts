import { defaults } from "../defaults.js";
import { defaultThresholds, type ThresholdName } from "../eval/certificate.js";
import {
  DRIFT_MEASURES,
  type DriftMeasure,
  defaultBounds,
  type GivenBound,
} from "../eval/drift-bounds.js";
import { arePoints, POINTS } from "../plan/head.js";
import type { Placement } from "../plan/placement.js";

/** An option that takes nothing. */
export function flag(describe: string) {
  return { type: "boolean", default: false, describe } as const;
}

/** An option that takes one text. */
export function textOption(name: string, describe: string, value?: string) {
  const coerce = (given: string | string[] | undefined) => once(name, given);
  return { type: "string", requiresArg: true, describe, coerce, ...withDefault(value) } as const;
}

/** An option that takes one text or more. */
export function listOption(describe: string) {
  return { type: "string", array: true, requiresArg: true, describe } as const;
}

/** An option that takes one whole number of at least `least`; `example` is one for those who err. */
export function countOption(
  name: string,
  describe: string,
  example: number,
  least = 1,
  value?: number,
) {
  const isFine = (count: number) => count >= least;
  const what = `a whole number of at least ${least}`;
  return numberOption(name, describe, { what, isFine, hint: asIn(name, example) }, value);
}

/** An option that takes a share between 0 and 1, neither of them. */
export function shareOption(name: string, describe: string, example: number, value?: number) {
  const coerce = (given: string | string[] | number | undefined) => {
    const text = once(name, given);
    const share = /^\d*\.?\d+(e-?\d+)?$/i.test(String(text)) ? Number(text) : Number.NaN;
    if (text !== undefined && !(share > 0 && share < 1)) {
      const message = `expected a number between 0 and 1, found '${text}'`;
      throw usageError(name, message, asIn(name, example));
    }
    return text === undefined ? undefined : share;
  };
  return { type: "string", requiresArg: true, describe, coerce, ...withDefault(value) } as const;
}

/** The points of the classification head. */
export function pointsOption() {
  const form = { what: POINTS, isFine: arePoints, hint: asIn("points", 256) };
  const describe = "points of the classification head, a multiple of 4";
  return numberOption("points", describe, form, defaults.points);
}

/** An option that sets a bound in bytes. */
export function bytesOption(name: string, of: string) {
  const what = "a whole number of at least 1";
  const hint = `give a number of bytes, such as --${name} 65536`;
  const describe = `most bytes of ${of}; fail where the model takes more`;
  return numberOption(name, describe, { what, isFine: (bytes) => bytes >= 1, hint });
}

/** What numbers an option takes. */
interface NumberForm {
  readonly what: string;
  readonly isFine: (number: number) => boolean;
  /** For those who give another. */
  readonly hint: string;
}

function numberOption(
  name: string,
  describe: string,
  { what, isFine, hint }: NumberForm,
  value?: number,
) {
  const coerce = (given: string | string[] | number | undefined) => {
    const text = once(name, given);
    if (text !== undefined && !(/^\d+$/.test(String(text)) && isFine(Number(text)))) {
      throw usageError(name, `expected ${what}, found '${text}'`, hint);
    }
    return text === undefined ? undefined : Number(text);
  };
  return { type: "string", requiresArg: true, describe, coerce, ...withDefault(value) } as const;
}

/** `--batch 1 8 64` of pfp bench: whole numbers, each once. */
export function batchesOption() {
  const coerce = (given: string | string[] = []) => {
    const words = [given].flat().flatMap((word) => word.split(","));
    const wrong = words.find((word) => !/^[1-9]\d*$/.test(word));
    if (wrong !== undefined) {
      const message = `expected whole numbers of at least 1, found '${wrong}'`;
      throw usageError("batch", message, asIn("batch", "1 8 64"));
    }
    return [...new Set(words.map(Number))];
  };
  return {
    type: "string",
    array: true,
    requiresArg: true,
    default: ["1"],
    describe: "inputs of one call, such as 1 8 64; figures are an input's",
    coerce,
  } as const;
}

/** `--samples 1,10,30` of pfp eval: whole numbers, as growing ones. */
export function checkpointsOption(describe: string) {
  const coerce = (given: string | string[] | undefined) => {
    const words = [given ?? []].flat().flatMap((word) => word.split(","));
    const wrong = words.find((word) => !/^[1-9]\d*$/.test(word));
    if (wrong !== undefined) {
      const message = `expected whole numbers of at least 1, found '${wrong}'`;
      throw usageError("samples", message, asIn("samples", "1,10,30"));
    }
    const numbers = [...new Set(words.map(Number))].sort((a, b) => a - b);
    return given === undefined ? undefined : numbers;
  };
  return { type: "string", requiresArg: true, describe, coerce } as const;
}

/** `--against svi:N`: the number of draws. */
export function againstOption(describe: string) {
  const coerce = (given: string | string[] | undefined) => {
    const text = once("against", given);
    const [, draws] = /^svi:([1-9]\d*)$/.exec(text ?? "") ?? [];
    if (text !== undefined && draws === undefined) {
      throw usageError("against", `expected svi:N, found '${text}'`, asIn("against", "svi:1000"));
    }
    return draws === undefined ? undefined : Number(draws);
  };
  return { type: "string", requiresArg: true, describe, coerce } as const;
}

/** `--place LAYER=SECTION`, any number of times. */
export function placeOption() {
  const coerce = (given: string | string[] = []) => [given].flat().map(parsePlacement);
  return {
    type: "string",
    requiresArg: true,
    describe: "LAYER=SECTION: put a layer's weights into a linker section; repeatable",
    coerce,
  } as const;
}

/** `--max-drift MEASURE=BOUND`, any number of times. */
export function maxDriftOption() {
  const coerce = (given: string | string[] = []) => [given].flat().map(parseBound);
  const known = Object.entries(defaultBounds).map(([measure, bound]) => `${measure}=${bound}`);
  return {
    type: "string",
    requiresArg: true,
    describe: `MEASURE=BOUND: most that --weights auto may change, by default ${known.join(" ")}; repeatable`,
    coerce,
  } as const;
}

/** `--threshold NAME=VALUE`, any number of times. */
export function thresholdOption() {
  const coerce = (given: string | string[] = []) =>
    Object.fromEntries([given].flat().map(parseThreshold));
  const known = Object.entries(defaultThresholds).map(([name, value]) => `${name}=${value}`);
  return {
    type: "string",
    requiresArg: true,
    describe: `NAME=VALUE: most that a figure may be, by default ${known.join(" ")}; repeatable`,
    coerce,
  } as const;
}

function parseThreshold(text: string): [ThresholdName, number] {
  const hint = asIn("threshold", "kl=0.02");
  const [, name, number] = /^([^=]+)=(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)$/.exec(text) ?? [];
  if (name === undefined) {
    throw usageError("threshold", `expected NAME=VALUE, found '${text}'`, hint);
  }
  const names = Object.keys(defaultThresholds) as ThresholdName[];
  const known = names.find((one) => one === name);
  if (known === undefined) {
    throw usageError("threshold", `'${name}' is none of ${names.join(", ")}`, hint);
  }
  return [known, Number(number)];
}

function parseBound(text: string): GivenBound {
  const hint = asIn("max-drift", "epistemic=0.02");
  const [, name, number] = /^([^=]+)=(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)$/.exec(text) ?? [];
  if (name === undefined) {
    throw usageError("max-drift", `expected MEASURE=BOUND, found '${text}'`, hint);
  }
  const measures: readonly DriftMeasure[] = Object.values(DRIFT_MEASURES).flat();
  const measure = measures.find((one) => one === name);
  if (measure === undefined) {
    throw usageError("max-drift", `'${name}' is none of ${measures.join(", ")}`, hint);
  }
  return { measure, bound: Number(number) };
}

function parsePlacement(text: string): Placement {
  const [, layer, section] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (layer === undefined || section === undefined) {
    const message = `expected LAYER=SECTION, found '${text}'`;
    throw usageError("place", message, asIn("place", "conv1=.pfp_fast"));
  }
  return { layer, section };
}

function withDefault<T>(value: T | undefined) {
  return value === undefined ? {} : { default: value };
}

function once<T>(name: string, given: T | T[]): T | undefined {
  if (Array.isArray(given)) {
    throw usageError(name, `given ${given.length} times, expected once`);
  }
  return given;
}

function asIn(name: string, value: number | string): string {
  return `write it as in --${name} ${value}`;
}

/**
 * A complaint for usage-problem.ts. It is one text, as the parser passes on nothing else; without a
 * hint, that is to see --help.
 */
function usageError(option: string, message: string, hint?: string): Error {
  return new Error([`--${option}: ${message}`, ...(hint === undefined ? [] : [hint])].join("\n"));
}
