import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { GeneratedFile } from "../generate.js";
import { refusal } from "../run/refusal.js";

/** Names of the files that `folder` lacks or holds with another content. */
export async function staleFiles(
  folder: string,
  files: readonly GeneratedFile[],
): Promise<string[]> {
  const stale: string[] = [];
  for (const { name, content } of files) {
    const found = await readFile(join(folder, name)).catch(() => undefined);
    if (found === undefined || !found.equals(Buffer.from(content))) {
      stale.push(name);
    }
  }
  return stale;
}

/**
 * Writes all files into `folder`, each replaced in one step, so that an interruption leaves every
 * file old or new and whole. Refuses to overwrite what pfp did not write.
 */
export async function writeFiles(
  folder: string,
  files: readonly GeneratedFile[],
): Promise<Result<void>> {
  const foreign = await foreignFiles(folder, files);
  if (foreign.length > 0) {
    return failure(...foreign);
  }
  let created: string | undefined;
  try {
    created = await makeFolder(folder);
    await access(folder, constants.W_OK);
    await removeLeftovers(folder, files);
    for (const { name, content } of files) {
      await writeFileAtomic(
        join(folder, name),
        typeof content === "string" ? content : Buffer.from(content),
      );
    }
    await removeOldBins(folder, files);
    return success(undefined);
  } catch (error) {
    if (created !== undefined) {
      await rm(created, { recursive: true, force: true });
    }
    return failure(notWritable(folder, error as NodeJS.ErrnoException));
  }
}

/**
 * Makes a folder and those above it, one by one: the recursive form of mkdir in Node 20 does not
 * end where a file system answers "no such entry" below a folder that exists, as /proc does.
 * Returns the topmost one it made, if any.
 */
async function makeFolder(folder: string): Promise<string | undefined> {
  const path = resolve(folder);
  if (await isFolder(path)) {
    return undefined;
  }
  const created = await makeFolder(dirname(path));
  await mkdir(path);
  return created ?? path;
}

/** Removes what writing these files left behind when it was killed: NAME.<digits>. */
async function removeLeftovers(folder: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const entry of await readdir(folder)) {
    const name = /^(.+)\.\d+$/.exec(entry)?.[1];
    if (files.some((file) => file.name === name)) {
      await rm(join(folder, entry), { force: true });
    }
  }
}

/** Removes the .bin of an earlier run with the same --name: its hash is part of its own name. */
async function removeOldBins(folder: string, files: readonly GeneratedFile[]): Promise<void> {
  const sources = files.map(({ name }) => name).filter((name) => name.endsWith("_weights.c"));
  for (const entry of await readdir(folder)) {
    const source = entry.replace(/_[0-9a-f]{8}\.bin$/, ".c");
    if (sources.includes(source) && source !== entry && !files.some(({ name }) => name === entry)) {
      await rm(join(folder, entry), { force: true });
    }
  }
}

/** Files of the same names that carry no mark of pfp, each as a problem. */
async function foreignFiles(
  folder: string,
  files: readonly GeneratedFile[],
): Promise<Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const { name } of files) {
    const path = join(folder, name);
    if ((await isFolder(path)) || !isOurs(await readText(path))) {
      problems.push({
        code: "foreign-file",
        path,
        message: "this was not written by pfp and would be overwritten",
        hint: "choose another --out or --name, or remove it",
      });
    }
  }
  return problems;
}

/** Whether a file is absent, or says that pfp made it, as all generated files do. */
function isOurs(content: string | undefined): boolean {
  return content === undefined || /do not edit|"posterior_sha256"|^pfp weights/.test(content);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Makes a folder that is not there; the problem with writing into it, none where that is fine. */
export async function checkFolder(folder: string, option: string): Promise<Diagnostic[]> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    return [];
  } catch (error) {
    return [notWritable(folder, error as NodeJS.ErrnoException, option)];
  }
}

function notWritable(folder: string, error: NodeJS.ErrnoException, option = "--out"): Diagnostic {
  const { message, hint } = refusal(error);
  return {
    code: "not-writable",
    path: error.path ?? folder,
    message,
    hint: `${hint}, or give another ${option}`,
  };
}
