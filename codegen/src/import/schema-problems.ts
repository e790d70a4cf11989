import { z } from "zod";
import { type Diagnostic, meantHint, NAME_ONE } from "../diagnostics.js";

/**
 * Turns what zod found into problems in the user's words.
 *
 * @param what the kind of thing an entry is, for the codes: `field` or `attribute`
 * @param where turns zod's path into the user's
 */
export function schemaProblems(
  error: z.ZodError,
  schema: z.ZodType,
  what: "field" | "attribute",
  where: (path: readonly PropertyKey[]) => string,
): Diagnostic[] {
  return error.issues.flatMap((issue): Diagnostic[] => {
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => ({
        code: `unknown-${what}`,
        path: where([...issue.path, key]),
        message:
          known.length > 0
            ? `there is no ${what} '${key}' here; there are ${known.join(", ")}`
            : `there is no ${what} '${key}' here, and no other`,
        hint: known.length > 0 ? meantHint(key, known, NAME_ONE) : "remove it",
      }));
    }
    const missing = issue.code === "invalid_type" && issue.input === undefined;
    return [
      {
        code: missing ? `missing-${what}` : `bad-${what}`,
        path: where(issue.path),
        message: missing ? `expected ${issue.expected}, found nothing` : found(issue),
        hint: "see docs/posterior-format.md",
      },
    ];
  });
}

function found(issue: z.core.$ZodIssue): string {
  const message = issue.message.replace(/^Invalid input: |^Too (small|big): /, "");
  return issue.input === undefined || message.includes("received")
    ? message
    : `${message}, found ${JSON.stringify(issue.input)?.slice(0, 80)}`;
}

/** The keys an object may have at `path` within `schema`. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return keysAt(schema.unwrap(), path);
  }
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray && key !== undefined) {
    return keysAt(schema.element, rest);
  }
  if (!(schema instanceof z.ZodObject)) {
    return [];
  }
  const inner: z.core.$ZodType | undefined =
    key === undefined ? undefined : schema.shape[key.toString()];
  return inner === undefined ? Object.keys(schema.shape) : keysAt(inner, rest);
}
