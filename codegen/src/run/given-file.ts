import { lstat, open, readFile, rm } from "node:fs/promises";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { refusal } from "./refusal.js";

/**
 * The bytes of a file that the user named.
 *
 * @param code of the problem where it cannot be read
 * @param what it should be, for the hint, such as `a posterior file (docs/posterior-format.md)`
 */
export async function readGiven(path: string, code: string, what: string): Promise<Result<Buffer>> {
  try {
    return success(await readFile(path));
  } catch (error) {
    const { message } = refusal(error);
    return failure({ code, path, message, hint: `give the path of ${what}` });
  }
}

/** The problem with writing a file later on, none where it can be written. Leaves it as it is. */
export async function checkWritable(path: string, option: string): Promise<Diagnostic[]> {
  try {
    const isNew = await lstat(path).then(
      () => false,
      () => true,
    );
    await (await open(path, "a")).close();
    if (isNew) {
      await rm(path);
    }
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such folder" : refusal(error).message;
    const hint = `give ${option} a file in a folder that is there and can be written to`;
    return [{ code: "not-writable", path, message: `cannot be written: ${why}`, hint }];
  }
}
