import type { Result } from "../../diagnostics.js";

/** The input a model wants, in the units of its graph. */
export interface InputForm {
  /** [n], or [channels, height, width]. */
  readonly shape: readonly number[];
  readonly length: number;
}

/** One input of a model. */
export interface Image {
  /** Its file, with `#index` where the file holds several. */
  readonly name: string;
  /** In C, H, W order, in the units of the graph. */
  readonly values: Float32Array;
  /** How to draw it, where that is known. */
  readonly height?: number;
  readonly width?: number;
}

/** A file whose images are decoded one by one, when they are wanted. */
export interface ImageFile {
  readonly count: number;
  read(index: number): Result<Image>;
}

/** `28 x 28` */
export function showSize(shape: readonly number[]): string {
  return shape.join(" x ");
}

/** Number of values in an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A problem with an image or array whose shape the model cannot take. */
export function wrongSize(path: string, found: readonly number[], form: InputForm) {
  return {
    code: "wrong-image-size",
    path,
    message: `found ${showSize(found)}, the model expects ${showSize(form.shape)}`,
    hint: "scale or crop the images to the size the model was trained with",
  };
}

/** height and width of images whose last two extents are `shape`'s, if there are two. */
export function drawing(shape: readonly number[]): { height?: number; width?: number } {
  const [height, width] = shape.slice(-2);
  return height !== undefined && width !== undefined ? { height, width } : {};
}
