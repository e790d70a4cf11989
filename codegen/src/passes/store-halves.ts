import { type Diagnostic, failure, success } from "../diagnostics.js";
import { directReader } from "../ir/direct-input.js";
import { exactValues } from "../ir/exactness.js";
import { findKernel } from "../ir/find-kernel.js";
import { type ConversionNode, type Graph, hasParameters, type Node } from "../ir/graph.js";
import type { Dtype } from "../ir/kernel-table.js";
import { type LayerNode, layerRequests } from "../ir/layer-request.js";
import { withNodes } from "../ir/rewrite.js";
import { valuesBeforeHead } from "./before-head.js";
import type { Pass, PassContext } from "./pass.js";

/**
 * With `--activations f16`: lets the values between layers be halves where the target has a kernel
 * for them, and puts conversions between these layers and the others. What the head reads stays
 * float, and so do exact values. Needs layout `hwc`.
 */
export const storeHalves: Pass = {
  name: "store-halves",
  run: (graph, context) => {
    if (context.activations !== "f16") {
      return success(graph);
    }
    const problems = checkOptions(context);
    if (problems.length > 0) {
      return failure(...problems);
    }
    const halves = findHalves(graph, context);
    if (halves.size === 0) {
      return failure(nothingToStore(graph, context));
    }
    const nodes = graph.nodes.map(
      (node): Node => (halves.has(node.name) ? { ...node, dtype: "f16" } : node),
    );
    return success(insertConversions({ ...graph, nodes }));
  },
};

function checkOptions({ mode, weights }: PassContext): Diagnostic[] {
  const problem = (path: string, message: string, hint: string): Diagnostic => ({
    code: "bad-activations",
    path,
    message,
    hint,
  });
  return [
    ...(mode === "pfp"
      ? []
      : [
          problem(
            "--activations",
            `f16 is for mode pfp, found ${mode}`,
            "leave one of the two out",
          ),
        ]),
    ...(weights === "f32" || weights === "f16"
      ? []
      : [
          problem(
            "--weights",
            `with --activations f16 weights are halves too, found ${weights}`,
            "leave one of the two out",
          ),
        ]),
  ];
}

/** The nodes whose values become halves. */
function findHalves(graph: Graph, context: PassContext): ReadonlySet<string> {
  const exact = exactValues(graph);
  const direct = directReader(graph);
  const ofLayer = layerRequests(graph, context);
  const beforeHead = valuesBeforeHead(graph);
  const halves = new Set<string>();
  for (const node of graph.nodes) {
    const source = node.inputs[0] ?? "";
    const isReadable = exact.has(source)
      ? direct?.name === node.name
      : hasParameters(node) || halves.has(source);
    if (node.op === "flatten" || exact.has(node.name) || beforeHead.has(node.name) || !isReadable) {
      continue;
    }
    const inHalves: LayerNode = { ...node, dtype: "f16" };
    if (findKernel(context.kernels, ofLayer(inHalves)) !== undefined) {
      halves.add(node.name);
    }
  }
  return halves;
}

/** Lets each node read its own dtype: one conversion of a value serves all its readers. */
function insertConversions(graph: Graph): Graph {
  const exact = exactValues(graph);
  const dtypes = new Map(graph.nodes.map(({ name, dtype }) => [name, dtype]));
  const conversions = new Map<string, ConversionNode>();
  const nodes = graph.nodes.map((node): Node => {
    const inputs = node.inputs.map((input) => {
      if (exact.has(input) || dtypes.get(input) === node.dtype) {
        return input;
      }
      const conversion = convert(input, node.dtype ?? "f32");
      conversions.set(conversion.name, conversion);
      return conversion.name;
    });
    return { ...node, inputs };
  });
  return withNodes(graph, [...nodes, ...conversions.values()]);
}

function convert(value: string, dtype: Dtype): ConversionNode {
  return dtype === "f16"
    ? { name: `${value}+narrow`, op: "narrow", inputs: [value], dtype }
    : { name: `${value}+widen`, op: "widen", inputs: [value] };
}

function nothingToStore(graph: Graph, { kernels }: PassContext): Diagnostic {
  return {
    code: "no-halves",
    path: "--activations",
    message: `no layer of '${graph.name}' can work in halves on ${kernels.target}: they are for uncertain values between layers`,
    hint: "leave it out",
  };
}
