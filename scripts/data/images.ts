/** Grey images of one size, each with a class. */
export interface Images {
  /** [count, SIDE, SIDE], rows from the top; 0 is the background. */
  readonly pixels: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
}

/** MNIST's and Fashion-MNIST's height and width. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
export const CLASSES = 10;

/** Which images decide what: docs/data.md. */
export const SPLITS = ["train", "choose", "decide", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** The images `from` up to `to`, without copying them. */
export function part({ pixels, labels }: Images, from: number, to: number): Images {
  return {
    pixels: pixels.subarray(from * PIXELS, to * PIXELS),
    labels: labels.subarray(from, to),
  };
}
