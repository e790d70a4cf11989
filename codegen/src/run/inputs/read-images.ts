import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Diagnostic, failure, type Result, success } from "../../diagnostics.js";
import { refusal } from "../refusal.js";
import { looksLikeIdx, openIdx } from "./idx.js";
import type { Image, ImageFile, InputForm } from "./image.js";
import { openNpy } from "./npy.js";
import { looksLikeZip, openNpz } from "./npz.js";
import { openPng } from "./png.js";

export type { Image } from "./image.js";

/** Which of all images to take: `count` of them, or all, from `start` on. */
export interface Selection {
  readonly start: number;
  readonly count?: number;
}

/**
 * Reads the selected images of IDX, .npy, .npz and PNG files. A folder stands for the image files in it,
 * by name; images are numbered through all files in the order given.
 */
export async function readImages(
  paths: readonly string[],
  form: InputForm,
  selection: Selection,
): Promise<Result<Image[]>> {
  const files: ImageFile[] = [];
  const problems: Diagnostic[] = [];
  for (const path of paths) {
    const opened = await openPath(path, form);
    if (opened.ok) {
      files.push(...opened.value);
    } else {
      problems.push(...opened.diagnostics);
    }
  }
  return problems.length > 0 ? failure(...problems) : select(files, selection);
}

function select(files: readonly ImageFile[], { start, count }: Selection): Result<Image[]> {
  const total = files.reduce((sum, file) => sum + file.count, 0);
  const end = count === undefined ? total : start + count;
  if (start >= total) {
    return failure({
      code: "beyond-end",
      path: "--start",
      message: `image ${start} is wanted, the input has ${total}`,
      hint: `the first is number 0, the last ${total - 1}`,
    });
  }
  if (end > total) {
    return failure({
      code: "beyond-end",
      path: "--count",
      message: `${count} images from number ${start} on are wanted, the input has ${total - start}`,
      hint: `give --count ${total - start}, or leave it out`,
    });
  }
  const images: Image[] = [];
  const problems: Diagnostic[] = [];
  let first = 0;
  for (const file of files) {
    for (let i = Math.max(start - first, 0); i < Math.min(file.count, end - first); i++) {
      const image = file.read(i);
      if (image.ok) {
        images.push(image.value);
      } else {
        problems.push(...image.diagnostics);
      }
    }
    first += file.count;
  }
  return problems.length > 0 ? failure(...problems) : success(images);
}

async function openPath(path: string, form: InputForm): Promise<Result<ImageFile[]>> {
  try {
    return (await stat(path)).isDirectory()
      ? await openFolder(path, form)
      : await openFile(path, form);
  } catch (error) {
    return failure({ code: "unreadable-input", path, ...refusal(error) });
  }
}

/** The images of a folder, by name; other files in it are left alone. */
async function openFolder(folder: string, form: InputForm): Promise<Result<ImageFile[]>> {
  const names = (await readdir(folder)).filter(hasImageName).sort();
  if (names.length === 0) {
    return failure({
      code: "no-images",
      path: folder,
      message: "the folder has no image",
      hint: "images are files called *.png, *.npy, *.npz, *.idx or *-ubyte",
    });
  }
  const files: ImageFile[] = [];
  for (const name of names) {
    const opened = await openFile(join(folder, name), form);
    if (!opened.ok) {
      return opened;
    }
    files.push(...opened.value);
  }
  return success(files);
}

function hasImageName(name: string): boolean {
  return /\.(png|npy|npz|idx)$|-ubyte$/i.test(name);
}

/** By what the file holds; its name decides only where that says nothing. */
async function openFile(path: string, form: InputForm): Promise<Result<ImageFile[]>> {
  const bytes = await readFile(path);
  if (bytes.length === 0) {
    return failure({
      code: "empty-file",
      path,
      message: "the file is empty",
      hint: "fetch or write the file again",
    });
  }
  const magic = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  const extension = extname(path).toLowerCase();
  if (magic.startsWith("\x89PNG") || extension === ".png") {
    return success([openPng(path, bytes, form)]);
  }
  if (magic.startsWith("\x93NUMPY") || extension === ".npy") {
    return one(openNpy(path, bytes, form));
  }
  if (looksLikeZip(bytes) || extension === ".npz") {
    return one(openNpz(path, bytes, form));
  }
  if (looksLikeIdx(bytes)) {
    return one(openIdx(path, bytes, form));
  }
  if (/\.idx$|-ubyte$/.test(path)) {
    return failure({
      code: "bad-idx",
      path,
      message: "not an IDX file: its header is wrong",
      hint: "fetch or write the file again",
    });
  }
  return failure({
    code: "unsupported-input",
    path,
    message: "neither an IDX, .npy, .npz nor PNG file",
    hint: "convert it: PNG for a single image, .npy or IDX for many",
  });
}

function one(file: Result<ImageFile>): Result<ImageFile[]> {
  return file.ok ? success([file.value]) : file;
}
