import { z } from "zod";
import {
  type Diagnostic,
  failure,
  meantHint,
  NAME_ONE,
  type Result,
  success,
} from "../diagnostics.js";
import type { Calibration } from "../ir/calibration.js";
import type { Decision } from "../ir/decision.js";
import type { Conv2dPoolReluNode, Head, Node } from "../ir/graph.js";
import {
  type GraphJson,
  graphSchema,
  heads,
  type OpJson,
  opAttributes,
  SCHEMA,
} from "./graph-schema.js";
import { schemaProblems } from "./schema-problems.js";

/** A node that still lacks its parameters. */
export type NodeJson = DistributiveOmit<Exclude<Node, Conv2dPoolReluNode>, "parameters">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface ParsedGraph {
  readonly name: string;
  readonly input: GraphJson["input"];
  readonly nodes: readonly NodeJson[];
  readonly head: Head;
  readonly calibration?: Calibration;
  readonly decision?: Decision;
}

/** Reads the text of `__metadata__.pfp`. */
export function parseGraph(text: string): Result<ParsedGraph> {
  const json = parseJson(text);
  if (!json.ok) {
    return json;
  }
  const version = z.object({ schema: z.int() }).safeParse(json.value);
  if (version.success && version.data.schema > SCHEMA) {
    return failure({
      code: "newer-schema",
      path: "schema",
      message: `the file has schema ${version.data.schema}, this pfp reads up to ${SCHEMA}`,
      hint: "install a newer pfp",
    });
  }
  const graph = graphSchema.safeParse(json.value, { reportInput: true });
  if (!graph.success) {
    return failure(
      ...schemaProblems(graph.error, graphSchema, "field", (path) => graphPath(path, json.value)),
    );
  }
  const nodes = graph.data.ops.map(parseNode);
  const head = parseHead(graph.data.output);
  const problems = [...nodes, head].flatMap((result) => (result.ok ? [] : result.diagnostics));
  if (problems.length > 0 || !head.ok) {
    return failure(...problems);
  }
  const { calibration } = graph.data;
  return success({
    name: graph.data.name,
    input: graph.data.input,
    nodes: nodes.flatMap((result) => (result.ok ? [result.value] : [])),
    head: head.value,
    ...(calibration && {
      calibration: { factors: calibration.factors, temperature: calibration.temperature },
    }),
    ...decisionOf(graph.data),
  });
}

function decisionOf({ decision }: GraphJson): { readonly decision?: Decision } {
  if (decision === undefined) {
    return {};
  }
  const { max_epistemic: maxEpistemic, max_total: maxTotal } = decision;
  return { decision: { maxEpistemic, ...(maxTotal === undefined ? {} : { maxTotal }) } };
}

function parseJson(text: string): Result<unknown> {
  try {
    return success(JSON.parse(text));
  } catch (error) {
    return failure({
      code: "bad-graph-json",
      path: "__metadata__.pfp",
      message: `expected the graph as JSON: ${error instanceof Error ? error.message : error}`,
      hint: "write it with json.dumps",
    });
  }
}

function parseNode({ name, op, inputs, attributes }: OpJson): Result<NodeJson> {
  if (!Object.hasOwn(opAttributes, op)) {
    const known = Object.keys(opAttributes);
    return failure(unknownName("op", op, known, name));
  }
  const read = <T extends z.ZodType>(schema: T): Result<z.infer<T>> => {
    const parsed = schema.safeParse(attributes ?? {}, { reportInput: true });
    return parsed.success
      ? success(parsed.data)
      : failure(
          ...schemaProblems(parsed.error, schema, "attribute", (path) =>
            [name, ...path.map(String)].join("."),
          ),
        );
  };
  switch (op as keyof typeof opAttributes) {
    case "dense":
      return map(read(opAttributes.dense), () => ({ name, op: "dense", inputs }));
    case "conv2d":
      return map(read(opAttributes.conv2d), (given) => ({ name, op: "conv2d", inputs, ...given }));
    case "relu":
      return map(read(opAttributes.relu), () => ({ name, op: "relu", inputs }));
    case "maxpool2d":
      return map(read(opAttributes.maxpool2d), ({ size, stride }) => ({
        name,
        op: "maxpool2d",
        inputs,
        size,
        stride: stride ?? size,
      }));
    case "flatten":
      return map(read(opAttributes.flatten), () => ({ name, op: "flatten", inputs }));
  }
}

function parseHead(output: GraphJson["output"]): Result<Head> {
  if (!Object.hasOwn(heads, output.head)) {
    return failure(unknownName("head", output.head, Object.keys(heads), "output"));
  }
  const schema = heads[output.head as keyof typeof heads];
  const parsed = schema.safeParse(output, { reportInput: true });
  if (!parsed.success) {
    return failure(
      ...schemaProblems(parsed.error, schema, "field", (path) =>
        ["output", ...path.map(String)].join("."),
      ),
    );
  }
  const { data } = parsed;
  return data.head === "classification"
    ? success({ kind: "classification", input: data.input, labels: data.labels })
    : success({ kind: "regression", input: data.input, noiseSd: data.noise_sd });
}

function unknownName(what: string, name: string, known: string[], path: string): Diagnostic {
  return {
    code: `unknown-${what}`,
    path,
    message: `there is no ${what} '${name}'; there are ${known.join(", ")}`,
    hint: meantHint(name, known, NAME_ONE),
  };
}

function map<T, U>(result: Result<T>, change: (value: T) => U): Result<U> {
  return result.ok ? success(change(result.value)) : result;
}

/** zod's path with an op's own name where it has one: `conv1.inputs` instead of `ops[0].inputs`. */
function graphPath(path: readonly PropertyKey[], json: unknown): string {
  const [first, index, ...rest] = path;
  if (first === "ops" && typeof index === "number") {
    const named = z.object({ ops: z.array(z.object({ name: z.string().optional() }).catch({})) });
    const name = named.safeParse(json).data?.ops[index]?.name;
    return [
      name === undefined || rest[0] === "name" ? `ops[${index}]` : name,
      ...rest.map(String),
    ].join(".");
  }
  return path.map(String).join(".");
}
