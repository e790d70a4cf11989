import type { GeneratedFile } from "./generation.js";

/** The content of the text file called `name`; empty where there is none. */
export function generatedText(files: readonly GeneratedFile[], name: string): string {
  const content = files.find((file) => file.name === name)?.content;
  return typeof content === "string" ? content : "";
}
