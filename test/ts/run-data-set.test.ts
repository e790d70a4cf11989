import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { dump } from "npyjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataForm, readDataSet } from "../../codegen/src/run/inputs/data-set.js";
import { readImages } from "../../codegen/src/run/inputs/read-images.js";
import { npyFile, npzFile } from "./support/image-files.js";
import { temporaryFolder } from "./support/temporary.js";

const folder = temporaryFolder();
const classifier: DataForm = {
  head: "classification",
  outputs: 3,
  input: { shape: [1, 2, 2], length: 4 },
};
const regressor: DataForm = { head: "regression", outputs: 2, input: { shape: [2], length: 2 } };

const pixels = npyFile([2, 1, 2, 2], Uint8Array.of(0, 51, 102, 153, 204, 255, 0, 51));
const labels = npyFile([2], Uint8Array.of(2, 0));
const soft = npyFile([2, 3], Float32Array.of(0.5, 0.25, 0.25, 1, 0, 0));

let files = 0;

function write(content: Uint8Array): string {
  const path = join(folder, `${files++}.npz`);
  writeFileSync(path, content);
  return path;
}

async function read(arrays: Record<string, Uint8Array>, form = classifier, level: 0 | 6 = 6) {
  const data = await readDataSet(write(npzFile(arrays, level)), form);
  if (!data.ok) {
    throw new Error(JSON.stringify(data.diagnostics));
  }
  return data.value;
}

async function problemOf(content: Uint8Array, form = classifier) {
  const path = write(content);
  const data = await readDataSet(path, form);
  assert.not(data.ok, "it was accepted");
  const [problem] = data.ok ? [] : data.diagnostics;
  assert.ok(problem?.path.startsWith(path), problem?.path);
  return problem;
}

test("bytes become 0..1, deflated or stored, with labels and soft labels", async () => {
  for (const level of [0, 6] as const) {
    const data = await read({ x: pixels, y: labels, soft, pair: labels }, classifier, level);
    assert.is(data.head, "classification");
    assert.equal(
      data.images.map(({ values }) => [...values]),
      [
        [0, 0.2, 0.4, 0.6],
        [0.8, 1, 0, 0.2],
      ].map((row) => row.map(Math.fround)),
    );
    assert.equal(data.head === "classification" && [...data.labels], [2, 0]);
    assert.equal(data.head === "classification" && data.draws, 1);
    assert.equal(
      data.head === "classification" && [...(data.soft ?? [])],
      [0.5, 0.25, 0.25, 1, 0, 0],
    );
  }
});

test("labels of any whole type, several an input", async () => {
  const types = [
    Int8Array.of(0, 1, 2, 2),
    Int16Array.of(0, 1, 2, 2),
    Int32Array.of(0, 1, 2, 2),
    BigInt64Array.of(0n, 1n, 2n, 2n),
    BigUint64Array.of(0n, 1n, 2n, 2n),
    Float32Array.of(0, 1, 2, 2),
  ];
  for (const values of types) {
    const data = await read({ x: pixels, y: npyFile([2, 2], values) });
    assert.equal(data.head === "classification" && [...data.labels], [0, 1, 2, 2]);
    assert.is(data.head === "classification" && data.draws, 2);
  }
});

test("floats are taken as they are, and so are targets", async () => {
  const x = npyFile([2, 2], Float32Array.of(-1, 2, 3, 400));
  const data = await read({ x, y: npyFile([2, 2], Float64Array.of(1, 2, 3, -4)) }, regressor);
  assert.equal([...(data.images[1]?.values ?? [])], [3, 400]);
  assert.equal(data.head === "regression" && [...data.targets], [1, 2, 3, -4]);
});

test("as an input it is its x", async () => {
  const path = write(npzFile({ x: pixels }));
  const images = await readImages([path], classifier.input, { start: 1 });
  assert.ok(images.ok);
  assert.equal(
    images.value.map(({ name }) => name),
    [`${path}#1`],
  );
});

const x = pixels;
const whole = npzFile({ x, y: labels });
const cases: readonly [string, Uint8Array, string, RegExp, DataForm?][] = [
  ["text", Buffer.from("x,y\n1,2\n"), "not-a-zip", /does not begin like a zip/],
  ["nothing", new Uint8Array(), "not-a-zip", /does not begin like a zip/],
  ["half a file", whole.subarray(0, whole.length / 2), "bad-npz", /cut short or damaged/],
  ["an empty zip", zipSync({}), "missing-array", /no array 'x'/],
  ["no x", npzFile({ y: labels }), "missing-array", /no array 'x'/],
  ["no y", npzFile({ x }), "missing-array", /no array 'y'/],
  ["no .npy within", npzFile({ x: Uint8Array.of(1), y: labels }), "bad-npy", /not a .npy file/],
  [
    "no inputs",
    npzFile({ x: npyFile([0, 1, 2, 2], new Uint8Array()), y: npyFile([0], new Uint8Array()) }),
    "empty-npy",
    /holds nothing/,
  ],
  [
    "another shape",
    npzFile({ x: npyFile([2, 2, 3], new Uint8Array(12)), y: labels }),
    "wrong-image-size",
    /found 2 x 2 x 3, the model expects 1 x 2 x 2/,
  ],
  [
    "whole numbers for inputs",
    npzFile({ x: npyFile([2, 2, 2], new Int32Array(8)), y: labels }),
    "unsupported-npy-type",
    /i4/,
  ],
  [
    "NaN",
    npzFile({ x: npyFile([2, 4], Float32Array.of(1, 2, 3, 4, 5, Number.NaN, 7, 8)), y: labels }),
    "non-finite-data",
    /row 1 holds NaN/,
  ],
  [
    "a label outside",
    npzFile({ x, y: npyFile([2], Uint8Array.of(1, 3)) }),
    "label-outside-classes",
    /input 1 has label 3, the model has 3 classes/,
  ],
  [
    "a negative label",
    npzFile({ x, y: npyFile([2, 2], Int8Array.of(1, 2, 0, -1)) }),
    "label-outside-classes",
    /input 1 has label -1/,
  ],
  ["half a label", npzFile({ x, y: npyFile([2], Float32Array.of(1, 0.5)) }), "not-labels", /f4/],
  [
    "too few labels",
    npzFile({ x, y: npyFile([1], Uint8Array.of(1)) }),
    "wrong-length",
    /1 row, for 2 inputs/,
  ],
  [
    "a single class",
    npzFile({ x, y: npyFile([2], Uint8Array.of(1, 1)) }),
    "single-class",
    /every label is 1/,
  ],
  [
    "soft labels of two classes",
    npzFile({ x, y: labels, soft: npyFile([2, 2], Float32Array.of(0.5, 0.5, 1, 0)) }),
    "bad-soft-label",
    /shape 2 x 2/,
  ],
  [
    "a soft label that is none",
    npzFile({ x, y: labels, soft: npyFile([2, 3], Float32Array.of(1, 0, 0, 0.5, 0.1, 0)) }),
    "bad-soft-label",
    /soft label of input 1 sums to 0.6/,
  ],
  [
    "text for labels",
    npzFile({ x, y: new Uint8Array(dump(["a", "b"], [2], { dtype: "U1" })) }),
    "unsupported-npy-type",
    /U1/,
  ],
  [
    "targets of three outputs",
    npzFile({ x: npyFile([1, 2], new Float32Array(2)), y: npyFile([1, 3], new Float32Array(3)) }),
    "wrong-targets",
    /shape 1 x 3, the model has 2 outputs/,
    regressor,
  ],
  [
    "a target that is infinite",
    npzFile({
      x: npyFile([1, 2], new Float32Array(2)),
      y: npyFile([1, 2], Float32Array.of(1, Number.POSITIVE_INFINITY)),
    }),
    "non-finite-data",
    /row 0/,
    regressor,
  ],
];

for (const [what, content, code, message, form] of cases) {
  test(`refused: ${what}`, async () => {
    const problem = await problemOf(content, form);
    assert.is(problem?.code, code);
    assert.match(problem?.message ?? "", message);
    assert.ok((problem?.hint ?? "").length > 0);
  });
}

test("a file that is not there", async () => {
  const data = await readDataSet(join(folder, "none.npz"), classifier);
  assert.is(data.ok ? "" : data.diagnostics[0]?.code, "unreadable-data");
});

test("an entry that announces terabytes is not unpacked", async () => {
  const zip = Buffer.from(npzFile({ x, y: labels }));
  const directory = zip.indexOf("PK\x01\x02");
  zip.writeUInt32LE(0xfffffff0, directory + 24);
  assert.is((await problemOf(zip))?.code, "too-large");
});

test.run();
