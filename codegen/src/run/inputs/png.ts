import { PNG } from "pngjs";
import { failure, type Result, success } from "../../diagnostics.js";
import { type Image, type ImageFile, type InputForm, showSize, wrongSize } from "./image.js";

/** A PNG file as one image, decoded when it is read. */
export function openPng(path: string, bytes: Uint8Array, form: InputForm): ImageFile {
  return { count: 1, read: () => readPng(path, bytes, form) };
}

/**
 * Decodes a PNG into 0..1: grey for a model of one channel (colour is weighed as in ITU-R BT.601),
 * red, green, blue planes for one of three. A flat model takes as many pixels as it has inputs.
 */
function readPng(path: string, bytes: Uint8Array, form: InputForm): Result<Image> {
  let png: PNG;
  try {
    png = PNG.sync.read(Buffer.from(bytes));
  } catch {
    return failure({
      code: "bad-png",
      path,
      message: "not a PNG file, or one that is cut short or damaged",
      hint: "save it again, as 8-bit grey or RGB",
    });
  }
  const { height, width, data } = png;
  const [channels = 1, ...size] = form.shape.length === 3 ? form.shape : [1, form.length];
  if (channels !== 1 && channels !== 3) {
    return failure({
      code: "wrong-channels",
      path,
      message: `found an image of 1 or 3 channels, the model expects ${channels}`,
      hint: `use a .npy file of shape ${showSize(form.shape)}`,
    });
  }
  const fits =
    size.length === 1 ? height * width === size[0] : showSize([height, width]) === showSize(size);
  if (!fits) {
    return failure(wrongSize(path, [height, width], form));
  }
  const pixels = height * width;
  const at = (pixel: number, channel: number) => (data[4 * pixel + channel] ?? 0) / 255;
  if (Array.from({ length: pixels }, (_, pixel) => at(pixel, 3)).some((alpha) => alpha < 1)) {
    return failure({
      code: "transparent-png",
      path,
      message: "the image has transparent pixels, and what lies behind them is not known",
      hint: "save it without an alpha channel, on the background the model was trained with",
    });
  }
  const values = Float32Array.from({ length: channels * pixels }, (_, i) => {
    const pixel = i % pixels;
    return channels === 1
      ? grey(at(pixel, 0), at(pixel, 1), at(pixel, 2))
      : at(pixel, Math.floor(i / pixels));
  });
  return success({ name: path, values, height, width });
}

/** Exact for a grey pixel, so that a grey PNG gives what an IDX file gives. */
function grey(red: number, green: number, blue: number): number {
  return red === green && green === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
}
