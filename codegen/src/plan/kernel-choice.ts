import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { exactValues, formOf } from "../ir/exactness.js";
import { type Graph, INPUT } from "../ir/graph.js";
import {
  findKernel,
  type Kernel,
  type KernelOp,
  type KernelTable,
  type Tier,
} from "../ir/kernel-table.js";

/** The places in a choice of what belongs to no node. No node can have such a name. */
export const SOFTMAX = "(softmax)";
export const CLASSIFY = "(classify)";
export const COVARIANCE = "(covariance)";

/** The kernels of a graph by node name; that of the input by INPUT, those of the head as above. */
export type KernelChoice = ReadonlyMap<string, Kernel>;

/** Takes the first kernel of the table that fits, for everything the graph needs. */
export function chooseKernels(graph: Graph, table: KernelTable, tier: Tier): Result<KernelChoice> {
  const chosen = new Map<string, Kernel>();
  const problems: Diagnostic[] = [];
  for (const { name, op, form } of needs(graph)) {
    const kernel = findKernel(table, op, form, tier);
    if (kernel !== undefined) {
      chosen.set(name, kernel);
    } else {
      problems.push({
        code: "no-kernel",
        path: name,
        message: `${table.target} has no kernel for ${op}, form ${form}, tier ${tier}`,
        hint: "choose another target or tier",
      });
    }
  }
  return problems.length > 0 ? failure(...problems) : success(chosen);
}

/** The kernel chosen for `name`; chooseKernels has found one for all. */
export function chosenKernel(kernels: KernelChoice, name: string): Kernel {
  const kernel = kernels.get(name);
  if (kernel === undefined) {
    throw new Error(`no kernel was chosen for ${name}`);
  }
  return kernel;
}

/** True where the logits come from a dense layer of uncertain inputs, which makes them covary. */
export function hasCovariance(graph: Graph): boolean {
  const exact = exactValues(graph);
  const last = graph.nodes.find((node) => node.name === graph.head.input);
  return (
    graph.head.kind === "classification" &&
    last?.op === "dense" &&
    !last.inputs.every((input) => exact.has(input))
  );
}

interface Need {
  readonly name: string;
  readonly op: KernelOp;
  readonly form: Kernel["form"];
}

function needs(graph: Graph): Need[] {
  const exact = exactValues(graph);
  const layers = graph.nodes.flatMap((node): Need[] =>
    node.op === "flatten" ? [] : [{ name: node.name, op: node.op, form: formOf(node, exact) }],
  );
  const covariance: Need[] = hasCovariance(graph)
    ? [{ name: COVARIANCE, op: "covariance", form: "general" }]
    : [];
  const classify: Need[] =
    graph.head.kind !== "classification"
      ? []
      : exact.has(graph.head.input)
        ? [{ name: SOFTMAX, op: "softmax", form: "exact" }]
        : [{ name: CLASSIFY, op: "classify", form: "general" }];
  return [{ name: INPUT, op: "input", form: "det" }, ...layers, ...covariance, ...classify];
}
