/** Alignment of every buffer and of the arena, in bytes. */
export const ARENA_ALIGN = 16;

/** A stretch of memory needed from step `first` to step `last`, both included. */
export interface Buffer {
  readonly name: string;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Leave for buffer `by`, an output, to lie over buffer `over`, an input that is consumed while it
 * is written: `by` begins at least `gap` bytes before `over`.
 */
export interface Overlap {
  readonly over: string;
  readonly by: string;
  readonly gap: number;
}

export interface Arena {
  /** Byte offset of each buffer, by name. */
  readonly offsets: ReadonlyMap<string, number>;
  /** The largest byte used, and one. */
  readonly bytes: number;
}

/** How much work a search may be: placements times the square of the buffers. */
const EFFORT = 2_000_000;
const MOST_PLACEMENTS = 400;
const LEAST_PLACEMENTS = 40;

/**
 * Places buffers so that those needed at one step share no memory, except as `overlaps` allow.
 * Buffers are placed one after the other, each as low as those before it let it; what is searched
 * is their order: some natural ones first, then the best of them by exchanges.
 */
export function placeBuffers(buffers: readonly Buffer[], overlaps: readonly Overlap[] = []): Arena {
  const rivals = findRivals(buffers, overlaps);
  let best = startingOrders(buffers)
    .map((order) => place(buffers, rivals, order))
    .reduce((a, b) => (b.bytes < a.bytes ? b : a));
  const enough = leastBytes(buffers, overlaps);
  const placements = Math.min(MOST_PLACEMENTS, Math.floor(EFFORT / buffers.length ** 2));
  const random = lehmer();
  for (let i = 0; i < Math.max(LEAST_PLACEMENTS, placements) && best.bytes > enough; i++) {
    const order = exchange(best, random);
    const next = place(buffers, rivals, order);
    best = next.bytes <= best.bytes ? next : best;
  }
  const offsets = buffers.map(({ name }, i) => [name, best.begins[i] ?? 0] as const);
  return { offsets: new Map(offsets), bytes: best.bytes };
}

/** Where a buffer must not begin: between `after` and `until`, relative to `other`, excluded. */
interface Rival {
  readonly other: number;
  readonly after: number;
  readonly until: number;
}

interface Placement {
  /** Indices of buffers. */
  readonly order: readonly number[];
  /** By index of buffer. */
  readonly begins: readonly number[];
  readonly bytes: number;
}

/** For each buffer those that are needed at the same time. */
function findRivals(buffers: readonly Buffer[], overlaps: readonly Overlap[]): Rival[][] {
  const gaps = new Map(overlaps.map(({ over, by, gap }) => [pair(by, over), gap]));
  return buffers.map((buffer) =>
    buffers.flatMap((rival, other): Rival[] => {
      const atOnce = rival.first <= buffer.last && buffer.first <= rival.last;
      if (rival === buffer || !atOnce) {
        return [];
      }
      const after = -(gaps.get(pair(buffer.name, rival.name)) ?? buffer.bytes);
      const until = gaps.get(pair(rival.name, buffer.name)) ?? rival.bytes;
      return [{ other, after, until }];
    }),
  );
}

function pair(by: string, over: string): string {
  return `${by}\n${over}`;
}

function startingOrders(buffers: readonly Buffer[]): number[][] {
  const sorted = (key: (buffer: Buffer) => number) =>
    buffers
      .map((buffer, index) => ({ index, key: key(buffer) }))
      .sort((a, b) => a.key - b.key || a.index - b.index)
      .map(({ index }) => index);
  return [
    sorted(({ bytes }) => -bytes),
    sorted(({ bytes, first, last }) => -bytes * (last - first + 1)),
    sorted(({ first }) => first),
    sorted(({ last }) => -last),
  ];
}

/** A step's buffers need their sum, less the outputs that may lie over inputs. */
function leastBytes(buffers: readonly Buffer[], overlaps: readonly Overlap[]): number {
  const lying = new Set(overlaps.map(({ by }) => by));
  const atStep = (step: number) =>
    buffers
      .filter(({ name, first, last }) => {
        return first <= step && step <= last && !(lying.has(name) && first === step);
      })
      .reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.max(...buffers.map(({ first }) => atStep(first)));
}

/** Places all in this order, each at the lowest offset that fits. */
function place(
  buffers: readonly Buffer[],
  rivals: readonly (readonly Rival[])[],
  order: readonly number[],
): Placement {
  const begins: number[] = new Array(buffers.length).fill(-1);
  let bytes = 0;
  for (const index of order) {
    const taken: { after: number; until: number }[] = [];
    for (const { other, after, until } of rivals[index] ?? []) {
      const begin = begins[other] ?? -1;
      if (begin >= 0) {
        taken.push({ after: begin + after, until: begin + until });
      }
    }
    taken.sort((a, b) => a.after - b.after);
    let begin = 0;
    for (const { after, until } of taken) {
      if (begin <= after) {
        break;
      }
      begin = Math.max(begin, roundUp(until));
    }
    begins[index] = begin;
    bytes = Math.max(bytes, begin + (buffers[index]?.bytes ?? 0));
  }
  return { order, begins, bytes };
}

/** The order with two of its entries exchanged. */
function exchange({ order }: Placement, random: (below: number) => number): number[] {
  const [i, j] = [random(order.length), random(order.length)];
  const next = [...order];
  [next[i], next[j]] = [order[j] ?? 0, order[i] ?? 0];
  return next;
}

/** Whole numbers below a bound, always the same sequence (Park, Miller 1988). */
function lehmer(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ARENA_ALIGN) * ARENA_ALIGN;
}
