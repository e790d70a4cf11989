import { exactValues, nodesBeforeDraws } from "../ir/exactness.js";
import { type Graph, INPUT } from "../ir/graph.js";
import type { Dtype } from "../ir/kernel-table.js";
import { elements, shapesOf } from "../ir/shapes.js";
import { hasCovariance } from "./kernel-choice.js";

/** A value of the graph as the arena holds it. Steps are those of `stepsOf`. */
export interface StoredValue {
  readonly name: string;
  readonly dtype: Dtype;
  readonly length: number;
  /** Inputs of a batch that it is there for: one, or all. */
  readonly count: number;
  /** Whether it has no variance. */
  readonly exact: boolean;
  /** The value in whose memory it lies: its own name, or where what made it works in place. */
  readonly owner: string;
  readonly first: number;
  readonly last: number;
}

/** What decides how long values live. */
export interface LifetimeOptions {
  /** Keeps every value. */
  readonly trace: boolean;
  readonly batch: number;
  /** Nodes that run once for the whole batch. */
  readonly batched: ReadonlySet<string>;
}

/** Step 0 runs the input kernel, step i node i - 1, then come covariance and classification. */
export function stepsOf({ nodes }: Graph): { covariance: number; classify: number } {
  return { covariance: nodes.length + 1, classify: nodes.length + 2 };
}

/**
 * The input and what each node makes, in order. A relu or a draw works in place where nobody reads
 * its input afterwards. What is made before the passes of a sampled network and read in one of
 * them is kept for the next.
 *
 * The steps before the batched nodes are gone through for each input, and so are the head's. So
 * what batched nodes or the head read is there for every input, and lives through all steps of the
 * loop in which it is written or read.
 */
export function storedValues(
  graph: Graph,
  { trace, batch, batched }: LifetimeOptions,
): ReadonlyMap<string, StoredValue> {
  const shapes = shapesOf(graph);
  const exact = exactValues(graph);
  const dtypes = new Map(graph.nodes.map(({ name, dtype }) => [name, dtype]));
  const lasting = valuesOfBatch(graph, batch, batched);
  const lastUses = findLastUses(graph, batch);
  const owners = trace ? new Map<string, string>() : shareInPlace(graph, lastUses, lasting);
  const { classify } = stepsOf(graph);
  return new Map(
    [INPUT, ...graph.nodes.map(({ name }) => name)].map((name, step) => [
      name,
      {
        name,
        dtype: dtypes.get(name) ?? "f32",
        length: elements(shapes.get(name) ?? []),
        count: lasting.has(name) ? batch : 1,
        exact: exact.has(name),
        owner: owners.get(name) ?? name,
        first: lasting.has(name) && !batched.has(name) ? 0 : step,
        last: trace ? classify : (lastUses.get(name) ?? step),
      },
    ]),
  );
}

/** The values that are kept for every input of a batch. */
function valuesOfBatch(
  graph: Graph,
  batch: number,
  batched: ReadonlySet<string>,
): ReadonlySet<string> {
  if (batch === 1) {
    return new Set();
  }
  const last = graph.nodes.find(({ name }) => name === graph.head.input);
  const forHead = [graph.head.input, ...(hasCovariance(graph) ? (last?.inputs ?? []) : [])];
  const made = graph.nodes.filter(({ name }) => batched.has(name));
  return new Set([...made.flatMap(({ name, inputs }) => [name, ...inputs]), ...forHead]);
}

/**
 * The last step that reads each value. The head reads logits to the end, and every pass of a sampled
 * network what was made before the first.
 */
function findLastUses(graph: Graph, batch: number): ReadonlyMap<string, number> {
  const { covariance, classify } = stepsOf(graph);
  const lastUses = new Map<string, number>();
  for (const [index, node] of graph.nodes.entries()) {
    for (const input of node.inputs) {
      lastUses.set(input, index + 1);
    }
  }
  if (hasCovariance(graph)) {
    const last = graph.nodes.find((node) => node.name === graph.head.input);
    lastUses.set(last?.inputs[0] ?? "", batch > 1 ? classify : covariance);
  }
  const before = nodesBeforeDraws(graph);
  const madeBefore = before === undefined ? [] : graph.nodes.slice(0, before);
  for (const name of before === undefined ? [] : [INPUT, ...madeBefore.map(({ name }) => name)]) {
    if ((lastUses.get(name) ?? 0) > madeBefore.length) {
      lastUses.set(name, classify);
    }
  }
  return lastUses.set(graph.head.input, classify);
}

/** The value in whose memory each relu and each draw works that may do so. */
function shareInPlace(
  graph: Graph,
  lastUses: ReadonlyMap<string, number>,
  lasting: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [index, node] of graph.nodes.entries()) {
    const source = node.inputs[0] ?? "";
    const mayShare = node.op === "relu" || node.op === "reparameterize";
    const alike = lasting.has(source) === lasting.has(node.name);
    if (mayShare && alike && lastUses.get(source) === index + 1) {
      owners.set(node.name, owners.get(source) ?? source);
    }
  }
  return owners;
}
