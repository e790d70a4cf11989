import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const sources = readdirSync(`${PROJECT}codegen/src`, { recursive: true, encoding: "utf8" });
const newest = Math.max(...sources.map((path) => changed(`codegen/src/${path}`)));
if (newest > changed("codegen/dist/cli/main.js")) {
  throw new Error("codegen/dist is older than codegen/src: run make codegen");
}

function changed(path: string): number {
  return statSync(PROJECT + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Starts the pfp command as it is built, that of another copy of the project with `project`. */
export function startPfp(
  words: readonly string[],
  cwd = PROJECT,
  environment: NodeJS.ProcessEnv = {},
  project = PROJECT,
): ChildProcess {
  const command = join(project, "codegen/bin/pfp.js");
  return spawn(process.execPath, [command, ...words], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs the pfp command to its end. */
export function pfp(
  words: readonly string[],
  cwd?: string,
  environment: NodeJS.ProcessEnv = {},
  project?: string,
): Promise<Ending> {
  const child = startPfp(words, cwd, environment, project);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
