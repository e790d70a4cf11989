import { readFileSync } from "node:fs";
import { Project } from "ts-morph";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ABI_VERSION } from "../../codegen/src/emit/view-models.js";
import {
  type GeneratedFile,
  type GenerateOptions,
  generatedText,
} from "../../codegen/src/generate.js";
import { WEIGHT_FORMATS } from "../../codegen/src/ir/kernel-table.js";
import { DRAWS } from "../../codegen/src/ir/sampling.js";
import { targets } from "../../codegen/src/target/targets.js";
import { type Posterior, posteriorFile } from "../../scripts/posterior/posterior-file.js";
import { cCompilers, compileErrors, cppCompilers, writeFiles } from "./support/compile.js";
import { generateWith, unwrap } from "./support/generator.js";
import { small, smallGraph } from "./support/small-models.js";

const regression: Posterior = {
  ...small,
  graph: {
    ...smallGraph,
    output: { head: "regression", input: "fc1", noise_sd: [0, 0.5, 2] },
  },
};

/** Logits from a relu, which are taken as independent, and names that C does not know. */
const awkward: Posterior = {
  graph: {
    ...smallGraph,
    name: "*/ ??/ \u00e9",
    ops: [...smallGraph.ops, { name: "0.if", op: "relu", inputs: ["fc1"] }],
    output: { head: "classification", input: "0.if", labels: ['"\\', "??/\n", "\u00e9\x001"] },
  },
  tensors: small.tensors,
};

function contents(files: readonly GeneratedFile[]): string[] {
  return files.map(({ name, content }) => `${name}\n${content}`);
}

test("generates these files, the same bytes for the same input", () => {
  const generate = () => unwrap(generateWith(posteriorFile(small))).files;
  assert.equal(
    generate()
      .map(({ name }) => name)
      .sort(),
    [...["CMakeLists.txt", "model.c", "model.d.ts", "model.h", "model_weights.c", "report.json"]],
  );
  assert.equal(contents(generate()), contents(generate()));
});

test("is written for the ABI of the runtime beside it", () => {
  const header = readFileSync("runtime-c/include/pfp/pfp.h", "utf8");
  assert.is(Number(/#define PFP_ABI_VERSION (\d+)/.exec(header)?.[1]), ABI_VERSION);
});

interface Variant {
  readonly name: string;
  readonly posterior: Posterior;
  readonly target?: string;
  readonly options?: Partial<GenerateOptions>;
}

const variants: readonly Variant[] = [
  ...targets.map(({ name }) => ({ name: `a model for ${name}`, posterior: small, target: name })),
  ...WEIGHT_FORMATS.map((weights): Variant => {
    const options = { weights };
    return { name: `weights as ${weights}`, posterior: small, target: "cortex-a53", options };
  }),
  { name: "a trace", posterior: small, options: { trace: true, tier: "fast" } },
  { name: "a regression", posterior: regression, options: { name: "Depth_2" } },
  { name: "awkward names", posterior: awkward, options: { trace: true } },
  ...DRAWS.flatMap((draw): Variant[] => {
    const options = { mode: "sampled", samples: 3, draw, trace: draw === "weights" } as const;
    return [
      { name: `a classification, ${draw} drawn`, posterior: small, options },
      { name: `a regression, ${draw} drawn`, posterior: regression, options },
    ];
  }),
];

for (const { name, posterior, target = "host", options = {} } of variants) {
  test(`C of ${name} passes all warnings of GCC and clang`, () => {
    const { files, model } = unwrap(generateWith(posteriorFile(posterior), options, target));
    const prefix = model.name;
    const folder = writeFiles([
      ...files,
      { name: "main.cpp", content: `#include "${prefix}.h"\n` },
    ]);
    const board = targets.find((candidate) => candidate.name === target)?.board ?? "";
    for (const compiler of cCompilers(board)) {
      const sources = [`${prefix}.c`, `${prefix}_weights.c`];
      assert.is(compileErrors(compiler, folder, sources), "");
    }
    for (const compiler of cppCompilers) {
      assert.is(compileErrors(compiler, folder, ["main.cpp"]), "");
    }
  });
}

test("a mixed set of files stops at an #error that says what to do", () => {
  const one = unwrap(generateWith(posteriorFile(small))).files;
  const others = [
    unwrap(generateWith(posteriorFile(small), { toolVersion: "1.2.4" })).files,
    unwrap(generateWith(posteriorFile(small), { points: 64 })).files,
    unwrap(generateWith(posteriorFile(small), { trace: true })).files,
    unwrap(generateWith(posteriorFile(regression))).files,
  ];
  const sources = ["model.h", "model.c", "model_weights.c"];
  for (const other of others) {
    for (const taken of sources) {
      const mixed = one.map((file) =>
        file.name === taken ? { ...file, content: generatedText(other, taken) } : file,
      );
      const same = generatedText(one, taken) === generatedText(other, taken);
      const errors = compileErrors(["gcc", "-std=c99"], writeFiles(mixed), [
        "model.c",
        "model_weights.c",
      ]);
      assert.is(/#error ".* come from different runs: run `pfp compile` again/.test(errors), !same);
    }
  }
});

test("a model for another processor stops at an #error that says what to do", () => {
  for (const target of ["cortex-a53", "cortex-m55"]) {
    const folder = writeFiles(unwrap(generateWith(posteriorFile(small), {}, target)).files);
    const errors = compileErrors(["gcc", "-std=c99"], folder, ["model.c"]);
    assert.match(errors, `#error "model.c is for ${target}: compile it with the flags of that`);
  }
});

test("a runtime of another ABI stops at an #error that says what to do", () => {
  const folder = writeFiles(unwrap(generateWith(posteriorFile(small))).files);
  const pfp = readFileSync("runtime-c/include/pfp/pfp.h", "utf8");
  const newer = writeFiles([
    { name: "pfp.h", content: pfp.replace(/(PFP_ABI_VERSION) \d+/, "$1 999") },
  ]);
  const errors = compileErrors(["gcc", "-std=c99", `-include${newer}/pfp.h`], folder, ["model.c"]);
  assert.match(errors, /#error "model\.h needs libpfp of ABI 2: run `pfp compile`/);
});

test("neither a release nor an option that leaves weights alone rewrites the weights file", () => {
  const weights = (options: object) =>
    generatedText(unwrap(generateWith(posteriorFile(small), options)).files, "model_weights.c");
  assert.is(weights({}), weights({ toolVersion: "9.9.9" }));
  assert.is(weights({}), weights({ trace: true, tier: "fast" }));
  assert.is.not(weights({}), weights({ points: 64 }));
});

test("no file knows time, place or command line", () => {
  const { files } = unwrap(generateWith(posteriorFile(small)));
  for (const text of contents(files)) {
    assert.not.match(text, /\b20\d\d-\d\d|\/(home|root|tmp|work)\b|node_modules/);
  }
});

test("LeNet's arena takes at most 10,240 bytes", () => {
  const file = readFileSync("models/lenet5.safetensors");
  for (const { name } of targets) {
    const { report } = unwrap(generateWith(file, {}, name));
    assert.ok(report.arena_bytes <= 10_240, `${name}: ${report.arena_bytes}`);
  }
});

test("model.d.ts describes what pfp run --json prints", () => {
  const project = new Project({ compilerOptions: { strict: true }, useInMemoryFileSystem: true });
  const types = generatedText(unwrap(generateWith(posteriorFile(small))).files, "model.d.ts");
  project.createSourceFile("model.d.ts", types);
  const check = (prediction: object) => {
    const run = JSON.stringify({ model: "small", target: "host", images: [prediction] });
    const text = `import type { ModelRun } from "./model";\nexport const run: ModelRun = ${run};\n`;
    const file = project.createSourceFile("check.ts", text, { overwrite: true });
    return file.getPreEmitDiagnostics().map((problem) => problem.getCode());
  };
  const numbers = [0.1, 0.2, 0.7];
  const vectors = { mean: numbers, var: numbers, probability: numbers };
  const prediction = { ...vectors, label: 2, total: 1, aleatoric: 0.75, epistemic: 0.25 };
  assert.equal(check(prediction), []);
  assert.is(check({ ...prediction, mean: [1, 2] }).length, 1);
  assert.is(check({ ...prediction, label: 3 }).length, 1);
  assert.is(check({ ...prediction, entropy: 3 }).length, 1);
});

test("the report counts what is generated", () => {
  const { files, report, model } = unwrap(generateWith(posteriorFile(small)));
  assert.equal(JSON.parse(generatedText(files, "report.json")), report);
  const header = generatedText(files, "model.h");
  assert.match(header, `#define MODEL_ARENA_BYTES ${report.arena_bytes}\n`);
  const lengths = [...header.matchAll(/^extern PFP_WEIGHTS .*\[(\d+)\];$/gm)];
  const floats = lengths.reduce((sum, [, length]) => sum + Number(length), 0);
  assert.is(report.weight_bytes, 4 * floats);
  assert.equal(
    report.layers.map(({ name, op, output_shape }) => ({ name, op, output_shape })),
    [
      { name: "input", op: "finite", output_shape: [2, 4, 6] },
      { name: "conv1", op: "conv2d", output_shape: [3, 4, 2] },
      { name: "pool1+relu1", op: "maxpool2d_relu", output_shape: [3, 2, 2] },
      { name: "fc1", op: "dense", output_shape: [3] },
    ],
  );
  assert.equal(model, {
    name: "model",
    graph: "small",
    input: { shape: [2, 4, 6], length: 48 },
    head: "classification",
    outputs: 3,
    labels: ["a", "b", "c"],
    decides: false,
  });
});

test.run();
