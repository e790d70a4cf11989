import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  checkModelName,
  layerIdentifiers,
  pascalCase,
} from "../../codegen/src/emit/identifiers.js";
import {
  callStatement,
  commentText,
  floatLiteral,
  stringLiteral,
  wrap,
} from "../../codegen/src/emit/literals.js";
import { Random } from "./support/random.js";

const floats: [number, string][] = [
  [0, "0.0f"],
  [-0, "-0.0f"],
  [1, "1.0f"],
  [-100, "-100.0f"],
  [0.1, "0.100000001f"],
  [1 / 3, "0.333333343f"],
  [16777216, "16777216.0f"],
  [123456792, "123456792.0f"],
  [1e9, "1.0e+9f"],
  [1.5e-7, "1.50000005e-7f"],
  [3.4028234663852886e38, "3.40282347e+38f"],
  [2 ** -126, "1.17549435e-38f"],
  [2 ** -149, "1.40129846e-45f"],
  [1e-46, "0.0f"],
];

for (const [value, literal] of floats) {
  test(`${value} is written ${literal}`, () => {
    assert.is(floatLiteral(value), literal);
  });
}

test("literals read back as the same float", () => {
  const word = new DataView(new ArrayBuffer(4));
  const random = new Random(1);
  for (let i = 0; i < 20000; i++) {
    word.setUint32(0, random.integer(0, 2 ** 32 - 1));
    const value = word.getFloat32(0);
    if (Number.isFinite(value)) {
      const literal = floatLiteral(value);
      assert.match(literal, /^-?\d+\.\d+(e[+-]\d+)?f$/);
      assert.ok(Object.is(Math.fround(Number(literal.slice(0, -1))), value), literal);
    }
  }
});

test("there is no literal for what is no finite float", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e39]) {
    assert.throws(() => floatLiteral(value), /no finite float/);
  }
});

const strings: [string, string][] = [
  ["cat", '"cat"'],
  ['say "hi"\\', '"say \\042hi\\042\\134"'],
  ["??/", '"\\077\\077/"'],
  ["é1", '"\\303\\2511"'],
  ["a\nb\0", '"a\\012b\\000"'],
  ["%s", '"%s"'],
];

for (const [text, literal] of strings) {
  test(`${JSON.stringify(text)} is written ${literal}`, () => {
    assert.is(stringLiteral(text), literal);
  });
}

test("comments hold no text that ends them", () => {
  assert.is(commentText("a */ b /* c \\\n#include ??/"), "a __ b __ c ___include ___");
});

test("lines are broken at 100 columns", () => {
  const pieces = Array.from({ length: 60 }, (_, i) => `${"x".repeat(i % 17)},`);
  for (const line of wrap(pieces).split("\n")) {
    assert.ok(line.length <= 100 && line === line.trimEnd() && line.startsWith("    "));
  }
  assert.equal(wrap(pieces).split(/\s+/).filter(Boolean), pieces);
  const call = callStatement(
    "function",
    Array.from({ length: 30 }, (_, i) => `argument_${i}`),
  );
  assert.ok(call.split("\n").every((line) => line.length <= 100));
  assert.match(call, /^ {4}function\(argument_0, .*\n {13}argument_\d+, [^;]*argument_29\);$/s);
});

const layers: [string[], string[]][] = [
  [
    ["conv1", "relu1"],
    ["conv1", "relu1"],
  ],
  [
    ["features.0", "features_0", "features-0"],
    ["features_0", "features_0_2", "features_0_3"],
  ],
  [
    ["Conv", "conv", "CONV"],
    ["conv", "conv_2", "conv_3"],
  ],
  [
    ["0", "1.weight", "_"],
    ["layer_0", "layer_1_weight", "layer"],
  ],
  [["pool1+relu1"], ["pool1_relu1"]],
  [
    ["head", "Input"],
    ["head_2", "input_2"],
  ],
  [
    ["a", "a_2", "A"],
    ["a", "a_2", "a_3"],
  ],
];

for (const [names, identifiers] of layers) {
  test(`layers ${names.join(", ")} are called ${identifiers.join(", ")}`, () => {
    assert.equal([...layerIdentifiers(names, ["input", "head"]).values()], identifiers);
  });
}

test("models may be called what C and the file system allow", () => {
  for (const name of ["model", "Digits2", "my_net", "a", "x".repeat(40)]) {
    assert.ok(checkModelName(name).ok, name);
  }
  for (const name of ["", "a-b", "é", "x".repeat(41), "class", "math", "PFP", "a b"]) {
    assert.not.ok(checkModelName(name).ok, name);
  }
  assert.is(pascalCase("my_net2"), "MyNet2");
});

test.run();
