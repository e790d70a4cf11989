import type { Diagnostic } from "../diagnostics.js";
import type { Board } from "./board.js";

/** Bytes of a model's parts, as its plan knows them. */
export interface ModelBytes {
  readonly weights: number;
  readonly arena: number;
  /** Weights that are drawn beforehand, beside the arena. */
  readonly drawn?: number;
}

/**
 * The memories of `board` that a model does not fit into, each as a problem that says by how much.
 * None for a board without a memory map. Code is not known before the linker has seen it.
 */
export function checkMemory(board: Board, bytes: ModelBytes): Diagnostic[] {
  const { placement } = board;
  if (placement === undefined) {
    return [];
  }
  return (board.memory ?? []).flatMap((memory) => {
    const parts = (["weights", "arena"] as const).filter((part) => placement[part] === memory.name);
    const drawn = placement.arena === memory.name ? (bytes.drawn ?? 0) : 0;
    const needed = parts.reduce((sum, part) => sum + bytes[part], drawn);
    const available = memory.bytes - memory.reserved;
    const excess = needed - available;
    return excess <= 0
      ? []
      : [
          {
            code: "does-not-fit",
            path: `${board.name}: ${memory.name}`,
            message: `${memory.name} has ${available} bytes for ${list([...parts, ...(drawn > 0 ? ["drawn weights"] : [])])}, the model needs ${needed}: ${excess} bytes too many`,
            hint:
              drawn > 0
                ? "take fewer --samples or --draw weights, or choose another board with --board"
                : "train a smaller model, or choose another board with --board",
          },
        ];
  });
}

/** `a, b and c` */
function list(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " and $1");
}
