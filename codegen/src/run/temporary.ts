import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Calls `work` with a new folder and removes it afterwards, also on failure, SIGINT or SIGTERM.
 * The folder is made in `parent`, by default the system's folder for temporary files.
 */
export async function withTemporaryFolder<T>(
  work: (folder: string) => Promise<T>,
  { parent = tmpdir() } = {},
): Promise<T> {
  const folder = await mkdtemp(join(parent, "pfp-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const onInterrupt = () => process.exit(130);
  const onTerminate = () => process.exit(143);
  process.once("exit", remove);
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onTerminate);
  try {
    return await work(folder);
  } finally {
    process.off("exit", remove);
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
    await rm(folder, { recursive: true, force: true });
  }
}
