import type { z } from "zod";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";

/**
 * Reads JSON text by a schema.
 *
 * @param problem makes a diagnostic of what is wrong, and where in the file
 */
export function readJson<T>(
  text: string,
  schema: z.ZodType<T>,
  problem: (where: readonly PropertyKey[], message: string) => Diagnostic,
): Result<T> {
  if (text.trim() === "") {
    return failure(problem([], "the file is empty"));
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failure(problem([], `not JSON: ${error instanceof Error ? error.message : error}`));
  }
  const parsed = schema.safeParse(json);
  return parsed.success
    ? success(parsed.data)
    : failure(...parsed.error.issues.map(({ path, message }) => problem(path, inWords(message))));
}

/** `expected string, found nothing` for zod's `Invalid input: expected string, received undefined` */
function inWords(message: string): string {
  return message
    .replace(/^(Invalid input|Too small|Too big): /, "")
    .replace("received undefined", "found nothing")
    .replace("received", "found");
}
