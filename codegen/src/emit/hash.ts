import { createHash } from "node:crypto";

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The first 32 bits of the SHA-256 of contents, as a C literal that #if can compare. */
export function shortHash(...contents: readonly (string | Uint8Array)[]): string {
  return `0x${sha256(contents.map(sha256).join()).slice(0, 8)}u`;
}
