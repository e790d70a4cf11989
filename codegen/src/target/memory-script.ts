import type { Board } from "./board.js";

/** What boards/common/sections.ld calls the memory of each part. */
const ALIASES = {
  code: "CODE",
  weights: "WEIGHTS",
  arena: "ARENA",
  data: "DATA",
  heap: "HEAP",
} as const;

/** What it calls the memories of the sections that `--place` may name. */
const SECTION_ALIASES: Readonly<Record<string, string>> = {
  ".pfp_fast": "FAST",
  ".pfp_external": "EXTERNAL",
};

/**
 * The linker script memory.ld of a board, to be followed by boards/common/sections.ld: its memories
 * and what goes where, as its board.json has them. Undefined where no linker script is.
 */
export function memoryScript({ name, memory, placement, sections }: Board): string | undefined {
  if (memory === undefined || placement === undefined) {
    return undefined;
  }
  const regions = memory.map(
    ({ name: region, origin, bytes }) =>
      `    ${region} (rwx) : ORIGIN = ${origin}, LENGTH = ${bytes / 1024}K`,
  );
  const aliases = Object.entries(ALIASES).map(
    ([part, alias]) => [alias, placement[part as keyof typeof ALIASES]] as const,
  );
  const ofSections = Object.entries(SECTION_ALIASES).map(
    ([section, alias]) => [alias, sections?.[section] ?? placement.data] as const,
  );
  return [
    "/*",
    ` * Memory of ${name}, written from its board.json: make memory-scripts. sections.ld follows.`,
    " */",
    "MEMORY",
    "{",
    ...regions,
    "}",
    "",
    ...[...aliases, ...ofSections].map(([alias, region]) => `REGION_ALIAS("${alias}", ${region})`),
    "",
  ].join("\n");
}
