import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { Board, Tool } from "../target/board.js";

/** Whether PATH has a command. */
export function isInstalled(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The board's first installed compiler. */
export function findCompiler(board: Board): Result<Tool> {
  const compiler = board.compilers.find((candidate) => isInstalled(candidate.cc));
  if (compiler !== undefined) {
    return success(compiler);
  }
  const names = board.compilers.map((candidate) => candidate.cc);
  return failure(missing(board, names.join(" nor "), board.compilers[0]?.package ?? ""));
}

/** What is missing on this computer to build and run programs for `board`. */
export function missingTools(board: Board): Diagnostic[] {
  const compiler = findCompiler(board);
  const problems = compiler.ok ? [] : [...compiler.diagnostics];
  if (!isInstalled(board.link.cc)) {
    problems.push(missing(board, board.link.cc, board.link.package));
  }
  const { command, package: emulatorPackage } = board.run;
  if (emulatorPackage !== undefined && !isInstalled(command)) {
    problems.push(missing(board, command, emulatorPackage));
  }
  return problems;
}

function missing(board: Board, command: string, packages: string): Diagnostic {
  return {
    code: "missing-tool",
    path: `board ${board.name}`,
    message: `there is no ${command} in PATH`,
    hint: `apt-get install ${packages}`,
  };
}
