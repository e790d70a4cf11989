import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadBoard } from "../../../codegen/src/run/boards.js";
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
 * given files of the board's folder.
 */
export function buildProgram(
  folder: string,
  { name, compilers, link, run, sources }: Board,
  compiler: Board["link"],
  text: string,
  boardSources: readonly string[] = sources,
): BoardProgram {
  const boardFolder = `boards/${name}`;
  const main = join(folder, "main.c");
  const program = join(folder, `${name}-${compilers.indexOf(compiler)}.elf`);
  writeFileSync(main, text);
  const objects = [main, ...boardSources.map((source) => join(boardFolder, source))].map(
    (source, i) => {
      const object = join(folder, `${i}.o`);
      execute(compiler.cc, [
        ...compiler.flags,
        ...["-std=c99", "-O2", ...WARNINGS, `-I${boardFolder}`, "-I.", "-c", source, "-o", object],
      ]);
      return object;
    },
  );
  const linkFlags = link.flags.map((flag) => flag.replace("${board}", boardFolder));
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
