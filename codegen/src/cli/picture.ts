/** From dark to light, as on a dark terminal. */
const SHADES = " ░▒▓█";
const MAX_COLUMNS = 28;

/**
 * An image as lines of block characters, from its darkest value to its lightest. A character is
 * about twice as high as wide, so each stands for at least one by two pixels; channels are
 * averaged.
 *
 * @param values [channels, height, width], finite
 */
export function picture(values: Float32Array, height: number, width: number): string {
  const step = Math.max(Math.ceil(width / MAX_COLUMNS), 1);
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const shade = (value: number) =>
    SHADES[Math.round(((value - low) / (high - low || 1)) * (SHADES.length - 1))] ?? " ";
  const lines: string[] = [];
  for (let top = 0; top < height; top += 2 * step) {
    let line = "";
    for (let left = 0; left < width; left += step) {
      line += shade(meanOf(values, { height, width, top, left, rows: 2 * step, columns: step }));
    }
    lines.push(line);
  }
  return lines.join("\n");
}

interface Window {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Mean over the part of a window that lies inside the image, and over channels. */
function meanOf(values: Float32Array, window: Window): number {
  const { height, width, top, left, rows, columns } = window;
  let sum = 0;
  let count = 0;
  for (let plane = 0; plane < values.length; plane += height * width) {
    for (let y = top; y < Math.min(top + rows, height); y++) {
      for (let x = left; x < Math.min(left + columns, width); x++) {
        sum += values[plane + y * width + x] ?? 0;
        count++;
      }
    }
  }
  return sum / count;
}
