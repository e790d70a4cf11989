import { Project, type SourceFile } from "ts-morph";
import { test } from "uvu";
import * as assert from "uvu/assert";

const SOURCES = "codegen/src";

/**
 * What each stage of the generator may import beside itself and diagnostics. `passes` and `plan`
 * get the target's kernel table as a value, whose type lives in `ir`.
 */
const allowed: ReadonlyMap<string, readonly string[]> = new Map([
  ["diagnostics.ts", []],
  ["defaults.ts", ["ir"]],
  ["ir", []],
  ["import", ["ir"]],
  ["eval", []],
  ["target", ["ir"]],
  ["passes", ["ir"]],
  ["plan", ["ir"]],
  ["emit", ["ir", "plan"]],
  ["generate.ts", ["defaults.ts", "ir", "import", "passes", "plan", "emit"]],
]);

/** Packages and modules of Node that stages may import; the rest reach out of the program. */
const allowedPackages = new Set([
  "cephes",
  "fastest-levenshtein",
  "handlebars",
  "node:crypto",
  "pure-rand/distribution/uniformFloat64",
  "pure-rand/distribution/uniformInt",
  "pure-rand/generator/xoroshiro128plus",
  "pure-rand/types/RandomGenerator",
  "ts-morph",
  "zod",
]);

/** Names by which a function could depend on more than its arguments, or print. */
const forbiddenNames =
  /^(Date|console|process|performance|crypto|globalThis|setTimeout|setImmediate|fetch|require)$/;

const project = new Project({ tsConfigFilePath: "codegen/tsconfig.json" });

/** The stage a file belongs to: its folder, or itself. */
function stageOf(file: SourceFile): string {
  const path = file.getFilePath().split(`${SOURCES}/`)[1] ?? "";
  return path.split("/")[0] ?? "";
}

const files = project.getSourceFiles().filter((file) => allowed.has(stageOf(file)));

function show(file: SourceFile): string {
  return file.getFilePath().split(`${SOURCES}/`)[1] ?? "";
}

test("every stage has files", () => {
  const found = new Set(files.map(stageOf));
  assert.equal(
    [...allowed.keys()].filter((stage) => !found.has(stage)),
    [],
  );
});

test("a stage imports only what stands left of it", () => {
  const wrong: string[] = [];
  for (const file of files) {
    const stage = stageOf(file);
    const reachable = new Set([stage, "diagnostics.ts", ...(allowed.get(stage) ?? [])]);
    for (const target of file.getReferencedSourceFiles().filter((to) => !to.isInNodeModules())) {
      if (!reachable.has(stageOf(target))) {
        wrong.push(`${show(file)} imports ${show(target)}`);
      }
    }
  }
  assert.equal(wrong, []);
});

test("a stage reaches neither files nor network nor the machine", () => {
  const wrong: string[] = [];
  for (const file of files) {
    for (const literal of file.getImportStringLiterals()) {
      const name = literal.getLiteralValue();
      if (!name.startsWith(".") && !allowedPackages.has(name)) {
        wrong.push(`${show(file)} imports ${name}`);
      }
    }
  }
  assert.equal(wrong, []);
});

test("a stage depends on its arguments alone: no clock, no random numbers, no printing", () => {
  const wrong: string[] = [];
  for (const file of files) {
    file.forEachDescendant((node) => {
      const text = node.getKindName() === "Identifier" ? node.getText() : "";
      const random = text === "random" && node.getParent()?.getText() === "Math.random";
      if (forbiddenNames.test(text) || random) {
        wrong.push(`${show(file)}:${node.getStartLineNumber()} ${text}`);
      }
    });
  }
  assert.equal(wrong, []);
});

/** What is loaded together with a file: imports of types alone, and those made later, are not. */
function loadedWith(file: SourceFile, loaded = new Set<string>()): Set<string> {
  loaded.add(show(file));
  for (const declaration of [...file.getImportDeclarations(), ...file.getExportDeclarations()]) {
    const target = declaration.getModuleSpecifierSourceFile();
    const named = "getNamedImports" in declaration ? declaration.getNamedImports() : [];
    const onlyTypes = named.length > 0 && named.every((name) => name.isTypeOnly());
    const isOurs = target !== undefined && !target.isInNodeModules();
    if (isOurs && !declaration.isTypeOnly() && !onlyTypes && !loaded.has(show(target))) {
      loadedWith(target, loaded);
    }
  }
  return loaded;
}

test("a command line is read, and its mistakes told, without loading the generator", () => {
  const loaded = loadedWith(project.getSourceFileOrThrow(`${SOURCES}/cli/main.ts`));
  assert.ok(loaded.has("cli/arguments.ts"));
  assert.not.ok(loaded.has("generate.ts"), [...loaded].join(", "));
});

test.run();
