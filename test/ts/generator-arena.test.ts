import { test } from "uvu";
import * as assert from "uvu/assert";
import { ARENA_ALIGN, type Buffer, placeBuffers } from "../../codegen/src/plan/arena.js";
import { Random } from "./support/random.js";

/** Most bytes needed at one step: no placement can do with fewer. */
function mostAtOnce(buffers: readonly Buffer[]): number {
  const rounded = ({ bytes }: Buffer) => Math.ceil(bytes / ARENA_ALIGN) * ARENA_ALIGN;
  return Math.max(
    ...buffers.map(({ first: step }) =>
      buffers
        .filter(({ first, last }) => first <= step && step <= last)
        .reduce((sum, buffer) => sum + rounded(buffer), 0),
    ),
  );
}

/** Values of a random graph of `steps` nodes: made at one step, read until a random later one. */
function randomBuffers(random: Random, steps: number): Buffer[] {
  return Array.from({ length: steps }, (_, first) => {
    const last = Math.min(steps, first + random.integer(0, random.integer(0, 6)));
    return { name: `v${first}`, bytes: 4 * random.integer(1, 3000), first, last };
  });
}

test("buffers that are needed at once never share memory, and all are aligned", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed);
    const buffers = randomBuffers(random, random.integer(1, 40));
    const { offsets, bytes } = placeBuffers(buffers);
    const placed = buffers.map((buffer) => ({ ...buffer, begin: offsets.get(buffer.name) ?? -1 }));
    for (const a of placed) {
      assert.ok(a.begin >= 0 && a.begin % ARENA_ALIGN === 0, `seed ${seed}: ${a.name} ${a.begin}`);
      assert.ok(a.begin + a.bytes <= bytes, `seed ${seed}: ${a.name} ends outside`);
      for (const b of placed) {
        const apart = a.begin + a.bytes <= b.begin || b.begin + b.bytes <= a.begin;
        const atOnce = a.first <= b.last && b.first <= a.last;
        assert.ok(a === b || apart || !atOnce, `seed ${seed}: ${a.name} and ${b.name} overlap`);
      }
    }
  }
});

test("an arena is nearly as small as can be", () => {
  let [total, least] = [0, 0];
  for (let seed = 1; seed <= 300; seed++) {
    const buffers = randomBuffers(new Random(seed), 20);
    total += placeBuffers(buffers).bytes;
    least += mostAtOnce(buffers);
  }
  assert.ok(total <= 1.05 * least, `${total} bytes where ${least} are needed at once`);
});

test("a chain of values needs no more than its largest pair", () => {
  const sizes = [784, 4704, 1176, 1600, 400, 120, 84, 10];
  const buffers = sizes.map((size, step) => {
    return { name: `v${step}`, bytes: 4 * size, first: step, last: step + 1 };
  });
  assert.is(placeBuffers(buffers).bytes, 4 * (4704 + 1176));
});

test("equal requests give equal places", () => {
  const buffers = randomBuffers(new Random(7), 30);
  assert.equal(placeBuffers(buffers), placeBuffers(buffers));
});

test.run();
