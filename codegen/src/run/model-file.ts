import type { Result } from "../diagnostics.js";
import { readGiven } from "./given-file.js";

/** The bytes of a posterior file. */
export function readModelFile(path: string): Promise<Result<Uint8Array>> {
  return readGiven(path, "unreadable-model", "a posterior file (docs/posterior-format.md)");
}
