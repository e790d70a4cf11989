/** Posterior files of any content, good or bad (docs/posterior-format.md). */

export interface TensorSpec {
  readonly dtype?: "F64" | "F32" | "F16" | "BF16";
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface Posterior {
  readonly graph: unknown;
  readonly tensors: Readonly<Record<string, TensorSpec>>;
}

/** The tensors one after the other, without holes, and the graph in the metadata. */
export function posteriorFile({ graph, tensors }: Posterior): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { pfp: JSON.stringify(graph) } };
  const parts: Uint8Array[] = [];
  let begin = 0;
  for (const [name, { dtype = "F32", shape, values }] of Object.entries(tensors)) {
    const bytes = encode(dtype, values);
    header[name] = { dtype, shape, data_offsets: [begin, begin + bytes.length] };
    begin += bytes.length;
    parts.push(bytes);
  }
  return safetensorsFile(JSON.stringify(header), Buffer.concat(parts));
}

/** A safetensors file with this header, right or wrong. */
export function safetensorsFile(header: string, data: Uint8Array): Uint8Array {
  const json = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

/** Numbers as little-endian bytes; for F16 and BF16 their bit patterns. */
export function encode(
  dtype: NonNullable<TensorSpec["dtype"]>,
  values: readonly number[],
): Uint8Array {
  switch (dtype) {
    case "F64":
      return new Uint8Array(Float64Array.from(values).buffer);
    case "F32":
      return new Uint8Array(Float32Array.from(values).buffer);
    default:
      return new Uint8Array(Uint16Array.from(values).buffer);
  }
}

/** Numbers between -1 and 1 without a pattern, the same for the same `seed`. */
export function numbers(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(91.7 * (i + 1) + 13.3 * seed));
}

/** All four tensors of one layer, its weight of this shape. */
export function layerTensors(
  name: string,
  shape: readonly number[],
  seed: number,
): Record<string, TensorSpec> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const out = shape[0] ?? 0;
  const sd = (count: number, of: number) => numbers(count, of).map((x) => 0.1 * (1.5 + x));
  return {
    [`${name}.weight.mean`]: { shape, values: numbers(size, seed) },
    [`${name}.weight.sd`]: { shape, values: sd(size, seed + 1) },
    [`${name}.bias.mean`]: { shape: [out], values: numbers(out, seed + 2) },
    [`${name}.bias.sd`]: { shape: [out], values: sd(out, seed + 3) },
  };
}
