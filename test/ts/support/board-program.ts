import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { boardPath, loadBoard } from "../../../codegen/src/run/boards.js";
import type { Board } from "../../../codegen/src/target/board.js";

const WARNINGS = [
  ...["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wdouble-promotion", "-Wpedantic"],
  "-Werror",
];

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A C program built for a board, and how it is started there. */
export interface BoardProgram {
  run(
    programArguments: readonly string[],
    options?: { readonly cwd?: string; readonly plugin?: string },
  ): Ending;
}

export async function board(name: string): Promise<Board> {
  const loaded = await loadBoard(name);
  if (!loaded.ok) {
    throw new Error(JSON.stringify(loaded.diagnostics));
  }
  return loaded.value;
}

/**
 * Compiles C text for a board with one of its compilers and links it as board.json says, with the
 * given ones of the files it names.
 */
export function buildProgram(
  folder: string,
  described: Board,
  compiler: Board["link"],
  text: string,
  boardSources: readonly string[] = described.sources,
): BoardProgram {
  const { name, compilers, link, run } = described;
  const main = join(folder, "main.c");
  const program = join(folder, `${name}-${compilers.indexOf(compiler)}.elf`);
  writeFileSync(main, text);
  const objects = [main, ...boardSources.map((source) => boardPath(described, source))].map(
    (source, i) => {
      const object = join(folder, `${i}.o`);
      execute(compiler.cc, [
        ...compiler.flags,
        ...["-std=c99", "-O2", ...WARNINGS, "-I.", "-c", source, "-o", object],
      ]);
      return object;
    },
  );
  const linkFlags = link.flags.map((flag) => boardPath(described, flag));
  execute(link.cc, [...objects, ...linkFlags, "-o", program]);
  return {
    run: (programArguments, options = {}) => {
      const words = run.arguments.flatMap((word) => {
        switch (word) {
          case "${arguments}":
            return programArguments;
          case "${plugin}":
            return options.plugin === undefined ? [] : ["-plugin", options.plugin];
          default:
            return word
              .replace("${program}", program)
              .replace(
                "${semihosting_arguments}",
                programArguments.map((argument) => `,arg=${argument}`).join(""),
              );
        }
      });
      const command = run.command.replace("${program}", program);
      const { status, stdout, stderr } = spawnSync(command, words, {
        encoding: "utf8",
        timeout: 60_000,
        stdio: ["ignore", "pipe", "pipe"],
        cwd: options.cwd ?? ".",
      });
      return { code: status, stdout, stderr };
    },
  };
}

function execute(command: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`${command} ${words.join(" ")}: ${error?.message ?? stderr}`);
  }
}
