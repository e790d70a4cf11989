import { type Diagnostic, failure, meantHint, type Result, success } from "../diagnostics.js";
import { type Graph, hasParameters } from "../ir/graph.js";

/** A wish for the weights of a layer to stand in a section of their own. */
export interface Placement {
  readonly layer: string;
  readonly section: string;
}

/** What a compiler and a linker script take as the name of a section for constants. */
const SECTION = /^[A-Za-z_.][A-Za-z0-9_.$-]*$/;
const NOT_FOR_CONSTANTS = /^\.(bss|tbss|noinit|text|init|fini)(\.|$)/;

/**
 * The section of each layer that has one, by name of node. A fused layer goes by its own name or by
 * that of its layer with weights.
 */
export function placeWeights(
  graph: Graph,
  placements: readonly Placement[],
): Result<ReadonlyMap<string, string>> {
  const sections = new Map<string, string>();
  const problems: Diagnostic[] = [];
  const weighted = graph.nodes.filter(hasParameters).map(({ name }) => name);
  const known = new Map(weighted.flatMap((name) => [layerOf(name), name].map((of) => [of, name])));
  const problem = (code: string, message: string, hint: string) =>
    problems.push({ code, path: "--place", message, hint });
  for (const { layer, section } of placements) {
    const node = known.get(layer);
    if (node === undefined) {
      const names = [...known.keys()];
      const hint = names.length === 0 ? "leave it out" : meantHint(layer, names);
      problem("unknown-layer", `no layer with weights is called '${layer}'`, hint);
    } else if (sections.has(node)) {
      problem("placed-twice", `the weights of '${layer}' are placed twice`, "name one section");
    } else if (!SECTION.test(section) || NOT_FOR_CONSTANTS.test(section)) {
      const hint = "name one of your linker script's, such as '.dtcm_weights'";
      problem("bad-section", `'${section}' is no section for constants`, hint);
    } else {
      sections.set(node, section);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(sections);
}

function layerOf(node: string): string {
  return node.split("+")[0] ?? node;
}
