import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { Shape } from "../ir/graph.js";
import { type Dtype, dtypes } from "./dtypes.js";

/** A tensor of the file, not decoded yet. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly data: DataView;
}

export interface Safetensors {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A tensor's entry in the header. Offsets count from the end of the header. */
interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

const LENGTH_BYTES = 8;
const EXPORT_AGAIN = "export the file again; copy it in binary mode and whole";

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

/**
 * Reads a safetensors file: 8 bytes of header length, little-endian, a JSON header, then the
 * tensors' data without holes.
 */
export function readSafetensors(file: Uint8Array): Result<Safetensors> {
  const header = readHeader(file);
  if (!header.ok) {
    return header;
  }
  const { json, dataStart } = header.value;
  const problems: Diagnostic[] = [];
  const entries: Entry[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(json)) {
    if (name === "__metadata__") {
      const parsed = readMetadata(value);
      if (parsed.ok) {
        metadata = parsed.value;
      } else {
        problems.push(...parsed.diagnostics);
      }
      continue;
    }
    const entry = readEntry(name, value);
    if (entry.ok) {
      entries.push(entry.value);
    } else {
      problems.push(...entry.diagnostics);
    }
  }
  if (problems.length === 0) {
    problems.push(...checkPlacement(entries, file.length - dataStart));
  }
  if (problems.length > 0) {
    return failure(...problems);
  }
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => {
      const data = new DataView(file.buffer, file.byteOffset + dataStart + begin, end - begin);
      return [name, { name, dtype, shape, data }];
    }),
  );
  return success({ metadata, tensors });
}

function readHeader(file: Uint8Array): Result<{ json: object; dataStart: number }> {
  if (file.length < LENGTH_BYTES) {
    return failure({
      code: "truncated-file",
      path: "file",
      message:
        file.length === 0
          ? "the file is empty"
          : `a safetensors file begins with ${LENGTH_BYTES} bytes of header length, this one has ${file.length} bytes in all`,
      hint: EXPORT_AGAIN,
    });
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getBigUint64(0, true);
  const available = file.length - LENGTH_BYTES;
  if (length > BigInt(available)) {
    return failure({
      code: "header-too-large",
      path: "file",
      message: `its first 8 bytes announce a header of ${length} bytes, only ${available} bytes follow`,
      hint: `the file is cut short or is no safetensors file: ${EXPORT_AGAIN}`,
    });
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const json = parseJson(file.subarray(LENGTH_BYTES, dataStart));
  if (json === undefined) {
    return failure({
      code: "bad-header",
      path: "file header",
      message: "expected a JSON object in UTF-8, found something else",
      hint: `the file is damaged or is no safetensors file: ${EXPORT_AGAIN}`,
    });
  }
  return success({ json, dataStart });
}

function parseJson(bytes: Uint8Array): object | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function readMetadata(value: unknown): Result<ReadonlyMap<string, string>> {
  const entries: [string, unknown][] =
    typeof value === "object" && value !== null ? Object.entries(value) : [["", undefined]];
  const strings = entries.filter((entry): entry is [string, string] => {
    return typeof entry[1] === "string";
  });
  if (strings.length !== entries.length) {
    return failure({
      code: "bad-header",
      path: "__metadata__",
      message: "expected an object whose values are strings",
      hint: "write the graph with json.dumps, so that it is one string",
    });
  }
  return success(new Map(strings));
}

function readEntry(name: string, value: unknown): Result<Entry> {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    return failure({
      code: "bad-header",
      path: name,
      message: `expected {"dtype", "shape", "data_offsets": [begin, end]} with whole numbers, found ${JSON.stringify(value)}`,
      hint: "export the file again",
    });
  }
  const { dtype: dtypeName, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const dtype = dtypes.get(dtypeName);
  if (dtype === undefined) {
    const names = [...dtypes.keys()];
    return failure({
      code: "unsupported-dtype",
      path: name,
      message: `expected one of ${names.join(", ")}, found ${dtypeName}`,
      hint: `store it as ${closest(dtypeName, names)}`,
    });
  }
  const bytes = shape.reduce((product, extent) => product * extent, 1) * dtype.bytes;
  if (bytes !== end - begin) {
    return failure({
      code: "size-mismatch",
      path: name,
      message: `${dtypeName} of shape [${shape.join(", ")}] takes ${bytes} bytes, its offsets [${begin}, ${end}] give it ${end - begin}`,
      hint: "export the file again",
    });
  }
  if (begin % dtype.bytes !== 0) {
    return failure({
      code: "misaligned-offset",
      path: name,
      message: `${dtypeName} must begin at a multiple of ${dtype.bytes} bytes, it begins at ${begin}`,
      hint: "write tensors of larger numbers first (F64, F32, then F16 and BF16)",
    });
  }
  return success({ name, dtype, shape, begin, end });
}

/** The tensors must cover the `available` bytes of data, each byte once. */
function checkPlacement(entries: readonly Entry[], available: number): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const byPlace = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  let previous = "the header";
  for (const { name, begin, end } of byPlace) {
    if (begin !== covered) {
      const overlaps = begin < covered;
      problems.push({
        code: overlaps ? "overlapping-offsets" : "offset-gap",
        path: name,
        message: `expected it to begin at byte ${covered}, where ${previous} ends; it begins at ${begin}`,
        hint: `${overlaps ? "two tensors share bytes" : "bytes belong to no tensor"}: export the file again`,
      });
    }
    if (end > covered) {
      covered = end;
      previous = name;
    }
  }
  if (covered !== available) {
    problems.push({
      code: covered > available ? "truncated-file" : "over-long-file",
      path: "file",
      message: `its tensors take ${covered} bytes after the header, the file has ${available}`,
      hint: EXPORT_AGAIN,
    });
  }
  return problems;
}
