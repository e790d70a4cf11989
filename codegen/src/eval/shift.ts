import type { Random } from "./random.js";

/** What can be done to images, mildly to severely. */
export const SHIFTS = {
  /** Degrees, clockwise. */
  rotation: [15, 30, 45, 60, 90],
  /** Standard deviation of Gaussian noise, in parts of the range of the values. */
  noise: [0.1, 0.2, 0.3, 0.5, 0.8],
  /** Standard deviation of a Gaussian blur, in pixels. */
  blur: [0.5, 1, 1.5, 2, 3],
  /** What is left of each value's distance to the mean of its image. */
  contrast: [0.75, 0.5, 0.3, 0.2, 0.1],
} as const;

export type Shift = keyof typeof SHIFTS;

export const SEVERITIES = [1, 2, 3, 4, 5] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Of the values of a whole data set. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Where an image goes on beyond its edge: as its edge. */
type Plane = (row: number, column: number) => number;

/**
 * An image after a shift as of Hendrycks & Dietterich, arXiv 1903.12261, in five severities. Values
 * stay within `range`; what comes in from outside is what the edge is.
 *
 * @param image [c, h, w], which stays as it is
 * @param random draws the noise, and nothing else
 */
export function shifted(
  image: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  shift: Shift,
  severity: Severity,
  range: ValueRange,
  random: Random,
): Float32Array {
  const amount = SHIFTS[shift][severity - 1] as number;
  const { low, high } = range;
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  const mapPlanes = (
    values: Float32Array,
    of: (plane: Plane, row: number, column: number) => number,
  ) => {
    const size = height * width;
    const planes = Array.from({ length: channels }, (_, c) =>
      planeOf(values.subarray(c * size, (c + 1) * size), width),
    );
    return values.map((_, i) => {
      const place = i % size;
      return of(planes[Math.floor(i / size)] as Plane, Math.floor(place / width), place % width);
    });
  };
  switch (shift) {
    case "noise":
      return image.map((value) => clamp(value + amount * (high - low) * random.normal()));
    case "contrast": {
      const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
      return image.map((value) => mean + amount * (value - mean));
    }
    case "rotation": {
      const [cos, sin] = [Math.cos((amount * Math.PI) / 180), Math.sin((amount * Math.PI) / 180)];
      const [middle, centre] = [(height - 1) / 2, (width - 1) / 2];
      return mapPlanes(image, (plane, row, column) => {
        const [y, x] = [row - middle, column - centre];
        return bilinear(plane, middle + cos * y - sin * x, centre + sin * y + cos * x);
      });
    }
    case "blur": {
      const taps = gaussianTaps(amount);
      const along = (values: Float32Array, down: number, across: number) =>
        mapPlanes(values, (plane, row, column) =>
          taps.reduce((sum, [d, w]) => sum + w * plane(row + d * down, column + d * across), 0),
        );
      return along(along(image, 1, 0), 0, 1).map(clamp);
    }
  }
}

function planeOf(values: Float32Array, width: number): Plane {
  const height = values.length / width;
  const within = (i: number, end: number) => Math.min(end - 1, Math.max(0, i));
  return (row, column) => values[within(row, height) * width + within(column, width)] as number;
}

function bilinear(plane: Plane, y: number, x: number): number {
  const [row, column] = [Math.floor(y), Math.floor(x)];
  const [down, across] = [y - row, x - column];
  const between = (at: number) => (1 - across) * plane(at, column) + across * plane(at, column + 1);
  return (1 - down) * between(row) + down * between(row + 1);
}

/** Offsets and weights that sum to 1, up to three standard deviations. */
function gaussianTaps(sd: number): (readonly [number, number])[] {
  const reach = Math.ceil(3 * sd);
  const offsets = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const heights = offsets.map((d) => Math.exp((-d * d) / (2 * sd * sd)));
  const sum = heights.reduce((total, height) => total + height, 0);
  return offsets.map((d, i) => [d, (heights[i] as number) / sum]);
}
