import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedFile } from "../../../codegen/src/generate.js";
import type { Board } from "../../../codegen/src/target/board.js";
import { temporaryFolder } from "./temporary.js";

const WARNINGS = "-Wall -Wextra -Wconversion -Wshadow -Wdouble-promotion -Wpedantic -Werror".split(
  " ",
);

/** Every compiler of a board, with its processor's flags and the language of generated code. */
export function cCompilers(board: string): string[][] {
  const { compilers } = JSON.parse(readFileSync(`boards/${board}/board.json`, "utf8")) as Board;
  return compilers.flatMap(({ cc, flags }) =>
    ["-std=c99", "-std=c11"].map((language) => [cc, ...flags, "-O2", language]),
  );
}

export const cppCompilers = [
  ["g++", "-std=c++17"],
  ["clang-19", "-xc++", "-std=c++17"],
] as const;

const root = temporaryFolder();

/** Writes files into a folder of their own; gives its path. */
export function writeFiles(files: readonly GeneratedFile[]): string {
  const folder = mkdtempSync(join(root, "files-"));
  for (const { name, content } of files) {
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Compiles files of a folder under all warnings; gives what the compiler says, empty if fine. */
export function compileErrors(
  [compiler = "", ...flags]: readonly string[],
  folder: string,
  names: readonly string[],
): string {
  const include = ["-Iruntime-c/include", `-I${folder}`];
  return names
    .map((name) => {
      const words = [
        ...flags,
        ...WARNINGS,
        ...include,
        "-c",
        join(folder, name),
        "-o",
        "/dev/null",
      ];
      const { stderr, error } = spawnSync(compiler, words, { encoding: "utf8" });
      return error?.message ?? stderr;
    })
    .join("");
}
