/** An IDX file: two zeros, the type, the number of dimensions, each dimension, the data. */
export function idxFile(shape: readonly number[], data: Uint8Array, type = 0x08): Uint8Array {
  const header = headerLength(shape.length);
  const bytes = new Uint8Array(header + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  shape.forEach((extent, i) => {
    view.setUint32(4 + 4 * i, extent);
  });
  bytes.set(data, header);
  return bytes;
}

/** The data of an IDX file that has so many dimensions. */
export function idxData(bytes: Uint8Array, dimensions: number): Uint8Array {
  return bytes.subarray(headerLength(dimensions));
}

function headerLength(dimensions: number): number {
  return 4 + 4 * dimensions;
}
