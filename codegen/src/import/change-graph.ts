import { readSafetensors } from "./safetensors.js";

const LENGTH_BYTES = 8;

/**
 * A posterior file with another graph in its metadata; its tensors stay as they are, byte for byte.
 *
 * @param file one that importPosterior reads
 * @param change from the graph's JSON to that of the new file
 */
export function changeGraph(
  file: Uint8Array,
  change: (graph: Readonly<Record<string, unknown>>) => Record<string, unknown>,
): Uint8Array {
  const read = readSafetensors(file);
  const text = read.ok ? read.value.metadata.get("pfp") : undefined;
  if (text === undefined) {
    throw new Error("only a file that was imported can be changed");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const dataStart = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(LENGTH_BYTES, dataStart)));
  header.__metadata__.pfp = JSON.stringify(change(JSON.parse(text)));
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const changed = new Uint8Array(LENGTH_BYTES + padded + file.length - dataStart);
  new DataView(changed.buffer).setBigUint64(0, BigInt(padded), true);
  changed.fill(" ".charCodeAt(0), LENGTH_BYTES, LENGTH_BYTES + padded);
  changed.set(json, LENGTH_BYTES);
  changed.set(file.subarray(dataStart), LENGTH_BYTES + padded);
  return changed;
}
