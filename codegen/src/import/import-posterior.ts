import { closest } from "fastest-levenshtein";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import type { Graph, Node } from "../ir/graph.js";
import { type ParsedGraph, parseGraph } from "./graph-json.js";
import { readParameters, tensorNames } from "./parameters.js";
import { readSafetensors, type StoredTensor } from "./safetensors.js";

/**
 * Reads a posterior file (docs/posterior-format.md). Checks the file itself; whether its layers
 * fit together is for `validate` in ir/ to say.
 */
export function importPosterior(file: Uint8Array): Result<Graph> {
  const container = readSafetensors(file);
  if (!container.ok) {
    return container;
  }
  const { metadata, tensors } = container.value;
  const text = metadata.get("pfp");
  if (text === undefined) {
    return failure({
      code: "missing-graph",
      path: "__metadata__.pfp",
      message: "the file has tensors, but not the graph that says how they are used",
      hint: "store the graph as JSON in the metadata entry 'pfp', see docs/posterior-format.md",
    });
  }
  const graph = parseGraph(text);
  return graph.ok ? bindTensors(graph.value, tensors) : graph;
}

/** Gives each layer its tensors; every tensor must be used. */
function bindTensors(
  graph: ParsedGraph,
  tensors: ReadonlyMap<string, StoredTensor>,
): Result<Graph> {
  const nodes: Node[] = [];
  const problems: Diagnostic[] = [];
  const used = new Set<string>();
  for (const node of graph.nodes) {
    if (node.op !== "dense" && node.op !== "conv2d") {
      nodes.push(node);
      continue;
    }
    for (const name of tensorNames(node.name)) {
      used.add(name);
    }
    const parameters = readParameters(node.name, node.op, tensors);
    if (parameters.ok) {
      nodes.push({ ...node, parameters: parameters.value });
    } else {
      problems.push(...parameters.diagnostics);
    }
  }
  for (const name of tensors.keys()) {
    if (!used.has(name)) {
      problems.push(unusedTensor(name, [...used]));
    }
  }
  if (problems.length > 0) {
    return failure(...problems);
  }
  const { name, input, head, calibration, decision } = graph;
  return success({
    ...{ name, layout: "chw", input, nodes, head },
    ...(calibration && { calibration }),
    ...(decision && { decision }),
  });
}

function unusedTensor(name: string, usable: readonly string[]): Diagnostic {
  return {
    code: "unused-tensor",
    path: name,
    message: "no op of the graph uses this tensor",
    hint:
      usable.length > 0
        ? `rename or remove it; the nearest name in use is '${closest(name, usable)}'`
        : "remove it",
  };
}
