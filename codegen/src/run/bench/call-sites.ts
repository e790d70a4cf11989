import { type Generation, generatedText, type Report } from "../../generate.js";
import type { Kernel } from "../../ir/kernel-table.js";

/** A call of a kernel in the generated code. */
export interface CallSite {
  /** The layer's name, or the operator where the call belongs to no layer. */
  readonly name: string;
  readonly kernel: Kernel;
  /** Multiply-adds of the layer in a deterministic network, 0 for other calls. */
  readonly multiplyAdds: number;
  /** Part of what turns logits into a decision. */
  readonly head: boolean;
}

/** What stands before a call that is a statement of its own. */
const BEFORE_STATEMENT = /(?:[;{}:]|\*\/)\s*$/;

const HEAD: ReadonlySet<string> = new Set([
  ...["covariance", "classify", "softmax", "accumulate", "mixture"],
]);

/**
 * Puts a probe (qemu/probes.h) around every call of a kernel that predicting makes, and none around
 * those of `model_draw`. One in a loop counts all its turns.
 *
 * @returns the generation with the probes, and the call sites by their numbers
 */
export function probeCalls(
  generation: Generation,
  kernels: readonly Kernel[],
): { readonly generation: Generation; readonly sites: readonly CallSite[] } {
  const bySymbol = new Map(kernels.map((kernel) => [kernel.symbol, kernel]));
  const called: Kernel[] = [];
  const source = `${generation.model.name}.c`;
  const text = generatedText(generation.files, source);
  const drawn = text.includes(`${generation.model.name}_draw(`);
  const first = drawn ? text.indexOf(`${generation.model.name}_predict(`) : 0;
  const probed = text.replace(/\b(pfp_\w+)\(/g, (call, symbol: string, at: number) => {
    const kernel = bySymbol.get(symbol);
    if (kernel === undefined || at < first) {
      return call;
    }
    const statement = BEFORE_STATEMENT.test(text.slice(0, at));
    const macro = statement ? "PFP_PROBED" : "PFP_PROBED_VALUE";
    called.push(kernel);
    return `${macro}(${called.length - 1}, ${symbol}, `;
  });
  const files = generation.files.map((file) =>
    file.name === source ? { ...file, content: probed } : file,
  );
  return { generation: { ...generation, files }, sites: nameSites(called, generation.report) };
}

/**
 * Layers and calls come in the same order, so each layer owns the next call of its kernel, and a
 * draw of weights belongs to the next layer.
 */
function nameSites(called: readonly Kernel[], { layers }: Report): CallSite[] {
  let next = 0;
  const sites = called.map((kernel): CallSite => {
    const layer = layers[next];
    const head = HEAD.has(kernel.op);
    if (layer !== undefined && kernel.op === "draw") {
      return { name: layer.name, kernel, multiplyAdds: 0, head };
    }
    if (layer?.kernel !== kernel.symbol || head) {
      return { name: head ? "head" : kernel.op, kernel, multiplyAdds: 0, head };
    }
    next++;
    return { name: layer.name, kernel, multiplyAdds: layer.multiply_adds, head };
  });
  if (next < layers.length) {
    throw new Error(`the generated code has no call for layer ${layers[next]?.name}`);
  }
  return sites;
}
