import { readdirSync, readFileSync } from "node:fs";
import Handlebars from "handlebars";
import { Project, type Type } from "ts-morph";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { render } from "../../codegen/src/emit/render.js";
import { templates } from "./support/generator.js";

/** The type of emit/views.ts that each template reads. */
const views: Readonly<Record<string, string>> = {
  "model.h.hbs": "HeaderView",
  "model.c.hbs": "SourceView",
  "model_weights.c.hbs": "WeightsView",
  "model_weights_bin.c.hbs": "WeightsBinView",
  "CMakeLists.txt.hbs": "CmakeView",
};

const types = new Project({ tsConfigFilePath: "codegen/tsconfig.json" }).getSourceFileOrThrow(
  "codegen/src/emit/views.ts",
);

function viewType(name: string): Type {
  return (types.getInterface(name) ?? types.getTypeAliasOrThrow(name)).getType();
}

/**
 * Follows a template and its parts through the types of its view: the paths and the parts it
 * reads, and what is wrong.
 */
class Walk {
  readonly used = new Set<string>();
  readonly usedParts = new Set<string>();
  readonly wrong: string[] = [];

  program({ body }: hbs.AST.Program, context: Type): void {
    for (const statement of body) {
      this.statement(statement, context);
    }
  }

  private statement(statement: hbs.AST.Statement, context: Type): void {
    if (statement.type === "MustacheStatement") {
      const { path, params } = statement as hbs.AST.MustacheStatement;
      const type = this.path(path, context);
      const printable = type?.isString() || type?.isNumber();
      if (type !== undefined && (!printable || params.length > 0)) {
        this.wrong.push(`${original(path)} is ${type.getText()}`);
      }
    } else if (statement.type === "BlockStatement") {
      this.block(statement as hbs.AST.BlockStatement, context);
    } else if (statement.type === "PartialStatement") {
      this.part(statement as hbs.AST.PartialStatement, context);
    } else if (statement.type !== "ContentStatement" && statement.type !== "CommentStatement") {
      this.wrong.push(`${statement.type} at line ${statement.loc.start.line}`);
    }
  }

  private part({ name, params, hash }: hbs.AST.PartialStatement, context: Type): void {
    const part = original(name);
    const text = templates.sourceParts[part];
    if (text === undefined || params.length > 0 || hash?.pairs?.length > 0) {
      this.wrong.push(`${part} is no part, or has arguments`);
      return;
    }
    this.usedParts.add(part);
    this.program(Handlebars.parse(text), context);
  }

  private block(block: hbs.AST.BlockStatement, context: Type): void {
    const [subject] = block.params;
    const type = subject && this.path(subject, context);
    const helper = original(block.path);
    if (type === undefined) {
      return;
    }
    if (helper === "each" && type.isReadonlyArray()) {
      this.program(block.program, type.getTypeArguments()[0] ?? context);
    } else if (helper === "if" && (type.isBoolean() || type.isString())) {
      this.program(block.program, context);
    } else {
      this.wrong.push(`${helper} ${original(subject as hbs.AST.Expression)} of ${type.getText()}`);
    }
    if (block.inverse !== undefined && block.inverse !== null) {
      this.program(block.inverse, context);
    }
  }

  /** The type of a path within a context, or undefined and a problem. */
  private path(expression: hbs.AST.Expression, context: Type): Type | undefined {
    const path = expression as hbs.AST.PathExpression;
    if (expression.type !== "PathExpression" || path.depth > 0 || path.data) {
      this.wrong.push(`${original(expression)} is no plain path`);
      return undefined;
    }
    let type: Type | undefined = context;
    for (const part of path.parts as string[]) {
      const property: ReturnType<Type["getProperty"]> = type?.getProperty(part);
      type = property?.getTypeAtLocation(types);
      if (property === undefined || property.isOptional()) {
        this.wrong.push(`${path.original} is not in ${context.getText()}`);
        return undefined;
      }
    }
    this.used.add(path.parts[0] ?? "");
    return type;
  }
}

function original(expression: unknown): string {
  return String((expression as hbs.AST.PathExpression).original);
}

test("every template has a view", () => {
  const files = readdirSync("templates", { withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(files.map(({ name }) => name).sort(), Object.keys(views).sort());
});

for (const [template, view] of Object.entries(views)) {
  test(`${template} reads only what ${view} has, and all of it`, () => {
    const text = readFileSync(`templates/${template}`, "utf8");
    const walk = new Walk();
    walk.program(Handlebars.parse(text), viewType(view));
    assert.equal(walk.wrong, []);
    const fields = viewType(view).getProperties();
    const unused = fields.map((field) => field.getName()).filter((name) => !walk.used.has(name));
    assert.equal(unused, []);
    const parts = template === "model.c.hbs" ? Object.keys(templates.sourceParts).sort() : [];
    assert.equal([...walk.usedParts].sort(), parts);
  });
}

test("the walk finds what Handlebars leaves silent", () => {
  const wrong = (text: string) => {
    const walk = new Walk();
    walk.program(Handlebars.parse(text), viewType("SourceView"));
    return walk.wrong.length;
  };
  assert.is(wrong("{{name}} {{#each places}}{{offset}}{{/each}}{{#if trace}}{{upper}}{{/if}}"), 0);
  assert.is(wrong("{{> input}}"), 0);
  const bad = ["{{nam}}", "{{#if traced}}{{/if}}", "{{#each places}}{{name}}{{/each}}"];
  const worse = ["{{places}}", "{{lastPlace.end}}", "{{#each trace}}{{/each}}", "{{> no-part}}"];
  const parts = ["{{> input trace}}", "{{> input a=1}}"];
  for (const text of [...bad, ...worse, ...parts]) {
    assert.is(wrong(text), 1, text);
  }
  assert.ok(wrong("{{#each places}}{{> input}}{{/each}}") > 0);
});

test("rendering takes text as it is, and rejects a name that the view lacks", () => {
  assert.is(render("{{a}}", { a: '<&">' }), '<&">');
  assert.throws(() => render("{{b}}", { a: 1 }), /"b" not defined/);
  assert.is(render("{{> part}}", { a: "<" }, { part: "{{a}}" }), "<");
  assert.throws(() => render("{{> part}}", { a: 1 }, { part: "{{b}}" }), /"b" not defined/);
});

test.run();
