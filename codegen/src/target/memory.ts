import { type Diagnostic, meantHint, NAME_ONE } from "../diagnostics.js";
import type { Board } from "./board.js";

/** Bytes of a model's parts, as its plan knows them. */
export interface ModelBytes {
  /** Those that no section was named for. */
  readonly weights: number;
  readonly arena: number;
  /** Weights that are drawn beforehand, beside the arena. */
  readonly drawn?: number;
  /** By section, those that one was named for. */
  readonly sections?: Readonly<Record<string, number>>;
}

/**
 * The memories of `board` that a model does not fit into, each as a problem that says by how much,
 * and the sections that its linker script has not, where it lists those it has. None for a board
 * without a memory map. Code is not known before the linker has seen it.
 */
export function checkMemory(board: Board, bytes: ModelBytes): Diagnostic[] {
  const { placement, memory: memories = [] } = board;
  if (placement === undefined) {
    return [];
  }
  const { drawn = 0 } = bytes;
  const parts = [
    { what: "weights", memory: placement.weights, bytes: bytes.weights },
    { what: "arena", memory: placement.arena, bytes: bytes.arena },
    ...(drawn > 0 ? [{ what: "drawn weights", memory: placement.arena, bytes: drawn }] : []),
    ...Object.entries(bytes.sections ?? {}).map(([section, needed]) => ({
      what: section,
      memory: board.sections?.[section],
      bytes: needed,
    })),
  ];
  const excess = memories.flatMap((memory) => {
    const inside = parts.filter((part) => part.memory === memory.name);
    const needed = inside.reduce((sum, part) => sum + part.bytes, 0);
    const available = memory.bytes - memory.reserved;
    const names = list(inside.map(({ what }) => what));
    const hasDrawn = inside.some(({ what }) => what === "drawn weights");
    return needed <= available
      ? []
      : [
          {
            code: "does-not-fit",
            path: `${board.name}: ${memory.name}`,
            message: `${memory.name} has ${available} bytes for ${names}, the model needs ${needed}: ${needed - available} bytes too many`,
            hint: hasDrawn
              ? "take fewer --samples or --draw weights, or choose another board with --board"
              : "train a smaller model, or choose another board with --board",
          },
        ];
  });
  return [...checkSections(board, Object.keys(bytes.sections ?? {})), ...excess];
}

/** Sections that a board's linker script has not, where board.json lists those it has. */
function checkSections({ name, sections }: Board, wanted: readonly string[]): Diagnostic[] {
  if (sections === undefined) {
    return [];
  }
  const known = Object.keys(sections);
  return wanted
    .filter((section) => sections[section] === undefined)
    .map((section) => ({
      code: "unknown-section",
      path: "--place",
      message: `board ${name} has no section '${section}' for weights; it has ${known.join(", ")}`,
      hint: `${meantHint(section, known, `${NAME_ONE}.`)} A board of your own lists its sections in its board.json`,
    }));
}

/** `a, b and c` */
function list(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " and $1");
}
