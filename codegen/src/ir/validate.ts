import { type Diagnostic, failure, meantHint, type Result, success } from "../diagnostics.js";
import { type Graph, hasParameters, INPUT, type ModelInput, type Shape } from "./graph.js";
import { inferShapes, showShape } from "./shapes.js";
import { countUses, dependsOnWeights, findCycle, topologicalOrder } from "./topology.js";

/**
 * Checks that a graph's layers fit together and puts its nodes into topological order. Reports
 * all problems of a step; a step that rests on a failed one is left out.
 */
export function validate(graph: Graph): Result<Graph> {
  const wiring = [...checkNames(graph), ...checkEdges(graph), ...checkInput(graph.input)];
  if (wiring.length > 0) {
    return failure(...wiring);
  }
  const cycle = findCycle(graph.nodes);
  if (cycle.length > 0) {
    return failure({
      code: "cycle",
      path: cycle[0] ?? "",
      message: `these ops wait for each other: ${cycle.join(" -> ")}`,
      hint: "an op may only read the input and ops that do not depend on it",
    });
  }
  const sorted = { ...graph, nodes: topologicalOrder(graph.nodes) };
  const shapes = inferShapes(sorted);
  if (!shapes.ok) {
    return shapes;
  }
  const rest = [
    ...checkHead(sorted, shapes.value),
    ...checkCalibration(sorted),
    ...checkDecision(sorted),
  ];
  return rest.length > 0 ? failure(...rest) : success(sorted);
}

function checkNames(graph: Graph): Diagnostic[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap(({ name }) => {
    const taken = seen.has(name);
    seen.add(name);
    if (name === INPUT) {
      return [
        {
          code: "reserved-name",
          path: name,
          message: `an op is called '${INPUT}', which is the name of the model's input`,
          hint: "rename the op",
        },
      ];
    }
    return taken
      ? [
          {
            code: "duplicate-name",
            path: name,
            message: `two ops are called '${name}'`,
            hint: "give each op a name of its own",
          },
        ]
      : [];
  });
}

function checkEdges(graph: Graph): Diagnostic[] {
  const names = [INPUT, ...graph.nodes.map((node) => node.name)];
  const problems: Diagnostic[] = [];
  for (const node of graph.nodes) {
    if (node.inputs.length !== 1) {
      problems.push({
        code: "wrong-input-count",
        path: `${node.name}.inputs`,
        message: `a ${node.op} reads 1 value, found ${node.inputs.length}`,
        hint: "name the one op, or 'input', that it reads",
      });
    }
    for (const input of node.inputs.filter((name) => !names.includes(name))) {
      problems.push({
        code: "dangling-edge",
        path: `${node.name}.inputs`,
        message: `'${node.name}' reads '${input}', which no op makes`,
        hint: meantHint(input, names),
      });
    }
  }
  if (!names.includes(graph.head.input)) {
    problems.push({
      code: "unknown-head-input",
      path: "output.input",
      message: `the head reads '${graph.head.input}', which no op makes`,
      hint: meantHint(graph.head.input, names),
    });
  }
  return problems;
}

function checkInput({ shape, mean, scale }: ModelInput): Diagnostic[] {
  const channels = shape[0] ?? 0;
  const problems: Diagnostic[] = [];
  for (const [field, values] of Object.entries({ mean, scale })) {
    if (values.length !== 1 && values.length !== channels) {
      problems.push({
        code: "input-length",
        path: `input.${field}`,
        message: `expected 1 value or ${channels}, one a channel of ${showShape(shape)}; found ${values.length}`,
        hint: "give one value for all, or one a channel",
      });
    }
  }
  const bad = scale.find((value) => !(value > 0));
  if (bad !== undefined) {
    problems.push({
      code: "bad-scale",
      path: "input.scale",
      message: `expected values above 0, found ${bad}`,
      hint: "the model computes (x - mean) / scale: store the standard deviation of the training inputs",
    });
  }
  return problems;
}

function checkDecision({ decision, head }: Graph): Diagnostic[] {
  return decision === undefined || head.kind === "classification"
    ? []
    : [
        {
          code: "decision-of-regression",
          path: "decision",
          message: "only a classification decides: its thresholds are in nats",
          hint: "remove it",
        },
      ];
}

function checkHead(graph: Graph, shapes: ReadonlyMap<string, Shape>): Diagnostic[] {
  const { head } = graph;
  const shape = shapes.get(head.input) ?? [];
  if (!dependsOnWeights(graph).has(head.input)) {
    return [
      {
        code: "exact-head",
        path: "output.input",
        message: `the head reads '${head.input}', which depends on no weight`,
        hint: "let it read the last dense layer",
      },
    ];
  }
  if (shape.length !== 1) {
    return [
      {
        code: "shape-mismatch",
        path: "output.input",
        message: `the head reads a flat value, but '${head.input}' gives ${showShape(shape)}`,
        hint: `put a flatten or a dense layer between '${head.input}' and the head`,
      },
    ];
  }
  return [...checkOutputs(graph, shape[0] ?? 0), ...checkUnused(graph)];
}

function checkOutputs({ head }: Graph, outputs: number): Diagnostic[] {
  if (head.kind === "regression") {
    return head.noiseSd.length === outputs
      ? []
      : [
          {
            code: "noise-sd-length",
            path: "output.noise_sd",
            message: `'${head.input}' has ${outputs} outputs, found ${head.noiseSd.length} values`,
            hint: "give one standard deviation an output, 0 where there is no noise",
          },
        ];
  }
  if (outputs < 2) {
    return [
      {
        code: "too-few-classes",
        path: "output.input",
        message: `a classification needs 2 classes or more, '${head.input}' gives ${outputs}`,
        hint: "write a single logit z as the two logits 0 and z",
      },
    ];
  }
  return head.labels.length === outputs
    ? []
    : [
        {
          code: "labels-count",
          path: "output.labels",
          message: `'${head.input}' gives ${outputs} classes, found ${head.labels.length} labels`,
          hint: "give one label a class",
        },
      ];
}

function checkUnused(graph: Graph): Diagnostic[] {
  const uses = countUses(graph.nodes, [graph.head.input]);
  return graph.nodes
    .filter((node) => !uses.has(node.name))
    .map(({ name, op }) => ({
      code: "unused-op",
      path: name,
      message: `neither an op nor the head reads ${op} '${name}'`,
      hint: "remove it with its tensors",
    }));
}

function checkCalibration({ calibration, nodes }: Graph): Diagnostic[] {
  const layers = nodes.filter(hasParameters).map(({ name }) => name);
  return Object.keys(calibration?.factors ?? {})
    .filter((name) => !layers.includes(name))
    .map((name) => ({
      code: "unknown-layer",
      path: "calibration.factors",
      message: `there is no layer with weights called '${name}'`,
      hint: meantHint(name, layers),
    }));
}
