import { CLASSES, type Images, SIDE } from "./images.js";
import type { NumberArray } from "./npz.js";

/** Images whose label is a share of each class, with labels drawn by those shares. */
export interface AmbiguousImages {
  /** [count, SIDE, SIDE] */
  readonly pixels: Uint8Array;
  /** [count, draws] */
  readonly drawn: Uint8Array;
  /** [count, CLASSES], each row summing to one. */
  readonly soft: Float32Array;
}

/** The arrays of a set with one label each. */
export function cleanArrays({ pixels, labels }: Images): Record<string, NumberArray> {
  return {
    x: { shape: [labels.length, 1, SIDE, SIDE], values: pixels },
    y: { shape: [labels.length], values: labels },
  };
}

/** Dirty-MNIST: digits, each label repeated and certain, then ambiguous images. */
export function dirtyArrays(
  clean: Images,
  ambiguous: AmbiguousImages,
): Record<string, NumberArray> {
  const digits = clean.labels.length;
  const others = ambiguous.soft.length / CLASSES;
  const draws = ambiguous.drawn.length / others;
  const count = digits + others;
  const pixels = new Uint8Array(clean.pixels.length + ambiguous.pixels.length);
  const drawn = new Uint8Array(count * draws);
  const soft = new Float32Array(count * CLASSES);
  pixels.set(clean.pixels);
  clean.labels.forEach((label, i) => {
    drawn.fill(label, i * draws, (i + 1) * draws);
    soft[i * CLASSES + label] = 1;
  });
  pixels.set(ambiguous.pixels, clean.pixels.length);
  drawn.set(ambiguous.drawn, digits * draws);
  soft.set(ambiguous.soft, digits * CLASSES);
  return {
    x: { shape: [count, 1, SIDE, SIDE], values: pixels },
    y: { shape: [count, draws], values: drawn },
    soft: { shape: [count, CLASSES], values: soft },
  };
}
