/** Alignment of every buffer and of the arena, in bytes. */
export const ARENA_ALIGN = 16;

/** A stretch of memory needed from step `first` to step `last`, both included. */
export interface Buffer {
  readonly name: string;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface Arena {
  /** Byte offset of each buffer, by name. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly bytes: number;
}

/**
 * Places buffers so that those needed at one step never share memory: the largest first, each
 * into the smallest gap that holds it.
 */
export function placeBuffers(buffers: readonly Buffer[]): Arena {
  const placed: (Buffer & { readonly begin: number; readonly end: number })[] = [];
  for (const buffer of [...buffers].sort((a, b) => b.bytes - a.bytes)) {
    const size = roundUp(buffer.bytes);
    const rivals = placed.filter(
      (other) => other.first <= buffer.last && buffer.first <= other.last,
    );
    const begin = smallestGap(rivals, size);
    placed.push({ ...buffer, begin, end: begin + size });
  }
  return {
    offsets: new Map(placed.map(({ name, begin }) => [name, begin])),
    bytes: Math.max(ARENA_ALIGN, ...placed.map(({ end }) => end)),
  };
}

/** Where the tightest gap of at least `size` bytes between `taken` stretches begins. */
function smallestGap(taken: readonly { begin: number; end: number }[], size: number): number {
  let best: { begin: number; room: number } | undefined;
  let free = 0;
  for (const { begin, end } of [...taken].sort((a, b) => a.begin - b.begin)) {
    const room = begin - free;
    if (room >= size && (best === undefined || room < best.room)) {
      best = { begin: free, room };
    }
    free = Math.max(free, end);
  }
  return best?.begin ?? free;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ARENA_ALIGN) * ARENA_ALIGN;
}
