import { readFile } from "node:fs/promises";
import { resources } from "./resources.js";

/** The version in package.json. */
export async function readToolVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(resources.packageJson, "utf8"));
  return version;
}
