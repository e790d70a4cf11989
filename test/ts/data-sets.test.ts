import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { NpyArray } from "../../codegen/src/run/inputs/npy-array.js";
import { readNpz } from "../../codegen/src/run/inputs/npz.js";
import { readAmbiguous } from "../../scripts/data/ambiguous.js";
import { idxData } from "../../scripts/data/idx.js";
import { dirtyArrays } from "../../scripts/data/image-sets.js";
import { CLASSES, PIXELS, SPLITS } from "../../scripts/data/images.js";
import { npzFile } from "../../scripts/data/npz.js";
import { unwrap } from "./support/predict.js";

/** Images of each split, and how many of them are in a split before too: Fashion-MNIST has twins. */
const SETS = {
  mnist: { counts: { train: 50_000, choose: 5000, decide: 5000, test: 10_000 }, shared: 0 },
  fashion: { counts: { train: 40_000, choose: 10_000, decide: 10_000, test: 10_000 }, shared: 33 },
};

test("a .npz returns what was written, and the same bytes for the same arrays", () => {
  const arrays = {
    x: { shape: [2, 1, 3], values: Uint8Array.of(0, 1, 2, 253, 254, 255) },
    soft: { shape: [2], values: Float32Array.of(0.25, -1) },
  };
  const back = read(npzFile(arrays));
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    assert.equal(back(name), { shape, values, dtype: name === "x" ? "u1" : "f4" });
  }
  assert.equal(npzFile(arrays), npzFile(arrays));
});

test("a digit of Dirty-MNIST has its label repeated and certain", () => {
  const clean = { pixels: new Uint8Array(2 * PIXELS).fill(7), labels: Uint8Array.of(3, 9) };
  const soft = new Float32Array(CLASSES).fill(0.1);
  const ambiguous = {
    pixels: new Uint8Array(PIXELS).fill(8),
    drawn: Uint8Array.of(1, 2, 3),
    soft,
  };
  const arrays = dirtyArrays(clean, ambiguous);
  assert.equal(arrays.y, {
    shape: [3, 3],
    values: Uint8Array.of(3, 3, 3, 9, 9, 9, 1, 2, 3),
  });
  assert.equal(arrays.x?.shape, [3, 1, 28, 28]);
  assert.equal(arrays.x?.values.slice(2 * PIXELS - 1, 2 * PIXELS + 1), Uint8Array.of(7, 8));
  assert.equal(arrays.soft?.shape, [3, CLASSES]);
  assert.equal(arrays.soft?.values.slice(0, 10), oneHot(3));
  assert.equal(arrays.soft?.values.slice(10, 20), oneHot(9));
  assert.equal(arrays.soft?.values.slice(20), soft);
});

for (const [name, { counts, shared }] of Object.entries(SETS)) {
  test(`${name} in four: sizes, classes, images of another split`, () => {
    const seen = new Set<string>();
    let again = 0;
    for (const split of SPLITS) {
      const array = read(readFileSync(`build/data/${name}-${split}.npz`));
      assert.equal(array("x").shape, [counts[split], 1, 28, 28]);
      assert.equal(array("y").shape, [counts[split]]);
      assert.equal([...new Set(bytes(array("y")))].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const images = imagesOf(bytes(array("x"))).map((image) => hash(image));
      again += images.filter((image) => seen.has(image)).length;
      for (const image of images) {
        seen.add(image);
      }
    }
    assert.is(again, shared);
  });
}

test("the garments as IDX are the splits choose and test", () => {
  for (const [idx, split] of [
    ["choose", "choose"],
    ["t10k", "test"],
  ]) {
    const array = read(readFileSync(`build/data/fashion-${split}.npz`));
    const images = readFileSync(`build/data/fashion-${idx}-images-idx3-ubyte`);
    const labels = readFileSync(`build/data/fashion-${idx}-labels-idx1-ubyte`);
    assert.is(hash(idxData(images, 3)), hash(bytes(array("x"))));
    assert.is(hash(idxData(labels, 1)), hash(bytes(array("y"))));
  }
});

test("Dirty-MNIST's test images are the digits and the committed ambiguous images", async () => {
  const ambiguous = await readAmbiguous("train/data/ambiguous-test.npz");
  const digits = read(readFileSync("build/data/mnist-test.npz"));
  const dirty = read(readFileSync("build/data/dirty-test.npz"));
  const expected = dirtyArrays(
    { pixels: bytes(digits("x")), labels: bytes(digits("y")) },
    ambiguous,
  );
  for (const [name, { shape, values }] of Object.entries(expected)) {
    assert.equal(dirty(name).shape, shape);
    assert.is(hash(dirty(name).values), hash(values), name);
  }
  assert.equal(dirty("soft").shape, [12_000, CLASSES]);
});

/** The arrays of a .npz file. */
function read(file: Uint8Array): (name: string) => NpyArray {
  const arrays = unwrap(readNpz("a .npz file", file, ["x", "y", "soft"]));
  return (name) => {
    const array = arrays.get(name);
    assert.ok(array, `no array ${name}`);
    return array as NpyArray;
  };
}

function bytes({ values }: NpyArray): Uint8Array {
  assert.instance(values, Uint8Array);
  return values as Uint8Array;
}

function hash(values: NodeJS.ArrayBufferView): string {
  return createHash("sha256").update(values).digest("hex");
}

function imagesOf(pixels: Uint8Array): Uint8Array[] {
  return Array.from({ length: pixels.length / PIXELS }, (_, i) =>
    pixels.subarray(i * PIXELS, (i + 1) * PIXELS),
  );
}

function oneHot(label: number): Float32Array {
  return Float32Array.from({ length: CLASSES }, (_, i) => Number(i === label));
}

test.run();
