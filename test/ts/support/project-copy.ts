import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * A project below `folder` that shares everything with this one but what is built as
 * build/`without`; returns its path.
 */
export function projectCopy(folder: string, without: string): string {
  const project = mkdtempSync(join(folder, "project-"));
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(join("codegen", part), join(project, "codegen", part), { recursive: true });
  }
  for (const room of ["boards", "node_modules", "qemu", "runtime-c", "templates"]) {
    symlinkSync(resolve(room), join(project, room));
  }
  mkdirSync(join(project, "build"));
  for (const name of readdirSync("build").filter((candidate) => candidate !== without)) {
    symlinkSync(resolve("build", name), join(project, "build", name));
  }
  return project;
}
