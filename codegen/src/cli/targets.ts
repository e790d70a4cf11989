import Table from "cli-table3";
import type { Diagnostic } from "../diagnostics.js";
import { loadBoard } from "../run/boards.js";
import { findCompiler, missingTools } from "../run/tools.js";
import { targets as allTargets, type Target } from "../target/targets.js";
import { fine, type Outcome, userError } from "./outcome.js";
import { PLAIN } from "./table-style.js";

interface TargetState {
  readonly name: string;
  readonly description: string;
  readonly isas: readonly string[];
  readonly board: string;
  /** The one that would be used; null when none is installed. */
  readonly compiler: string | null;
  /** Null where programs run without. */
  readonly emulator: string | null;
  /** How to get a program onto a real board. */
  readonly flash: string;
  /** What would have to be installed first, and how. */
  readonly missing: readonly { readonly what: string; readonly remedy: string }[];
}

/** `pfp targets`: each target, its board, and what is missing on this computer to use it. */
export async function targets(): Promise<Outcome> {
  const states: TargetState[] = [];
  const problems: Diagnostic[] = [];
  for (const target of allTargets) {
    const state = await inspectTarget(target);
    if ("diagnostics" in state) {
      problems.push(...state.diagnostics);
    } else {
      states.push(state);
    }
  }
  return problems.length > 0 ? userError(problems) : fine(table(states), { targets: states });
}

async function inspectTarget(
  target: Target,
): Promise<TargetState | { readonly diagnostics: readonly Diagnostic[] }> {
  const board = await loadBoard(target.board);
  if (!board.ok) {
    return board;
  }
  const compiler = findCompiler(board.value);
  return {
    name: target.name,
    description: target.description,
    isas: target.isas,
    board: target.board,
    compiler: compiler.ok ? compiler.value.cc : null,
    emulator: board.value.run.package === undefined ? null : board.value.run.command,
    flash: board.value.flash,
    missing: missingTools(board.value).map(({ message, hint }) => ({
      what: message,
      remedy: hint,
    })),
  };
}

function table(states: readonly TargetState[]): string {
  const rows = new Table({
    head: ["target", "description", "isas", "board", "compiler", "runs on", "missing"],
    ...PLAIN,
  });
  for (const state of states) {
    rows.push([
      state.name,
      state.description,
      state.isas.join(", "),
      state.board,
      state.compiler ?? "none",
      state.emulator ?? "this computer",
      state.missing.map(({ remedy }) => remedy).join("\n") || "nothing",
    ]);
  }
  return `${rows.toString()}\n`;
}
