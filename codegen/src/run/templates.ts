import { readdir, readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import type { Templates } from "../generate.js";
import { resources } from "./resources.js";

/** Reads the templates that ship with the package. */
export async function readTemplates(): Promise<Templates> {
  return {
    header: await read("model.h.hbs"),
    source: await read("model.c.hbs"),
    sourceParts: await readParts("model.c"),
    weights: await read("model_weights.c.hbs"),
    weightsBin: await read("model_weights_bin.c.hbs"),
    cmake: await read("CMakeLists.txt.hbs"),
  };
}

async function readParts(folder: string): Promise<Record<string, string>> {
  const files = await readdir(join(resources.templates, folder));
  const parts = files.map(async (file) => [parse(file).name, await read(join(folder, file))]);
  return Object.fromEntries(await Promise.all(parts));
}

function read(name: string): Promise<string> {
  return readFile(join(resources.templates, name), "utf8");
}
