import { readFile } from "node:fs/promises";
import { failure, type Result, success } from "../diagnostics.js";

/** The bytes of a posterior file. */
export async function readModelFile(path: string): Promise<Result<Uint8Array>> {
  try {
    return success(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failure({
      code: "unreadable-model",
      path,
      message: code === "ENOENT" ? "there is no such file" : `cannot be read: ${code ?? error}`,
      hint: "give the path of a posterior file (docs/posterior-format.md)",
    });
  }
}
