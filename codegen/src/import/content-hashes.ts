import { createHash } from "node:crypto";
import { readSafetensors } from "./safetensors.js";

/** SHA-256, in hexadecimal, of what a posterior file holds, whatever its layout. */
export interface ContentHashes {
  /** Of the tensors in order of name: name, dtype, shape and bytes of each. */
  readonly weights_sha256: string;
  /** Of the graph's JSON text: layers, head, calibration, provenance. */
  readonly metadata_sha256: string;
}

/** @param file one that importPosterior reads */
export function contentHashes(file: Uint8Array): ContentHashes {
  const read = readSafetensors(file);
  if (!read.ok) {
    throw new Error("only a file that was imported has hashes");
  }
  const { tensors, metadata } = read.value;
  const weights = createHash("sha256");
  for (const name of [...tensors.keys()].sort()) {
    const tensor = tensors.get(name);
    if (tensor !== undefined) {
      const { dtype, shape, data } = tensor;
      weights.update(JSON.stringify([name, dtype.name, shape]));
      weights.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  const text = metadata.get("pfp") ?? "";
  return {
    weights_sha256: weights.digest("hex"),
    metadata_sha256: createHash("sha256").update(text).digest("hex"),
  };
}
