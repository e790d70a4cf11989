import { type Result, success } from "./diagnostics.js";
import { emit } from "./emit/emit.js";
import type { Emission, Templates } from "./emit/generation.js";
import { importPosterior } from "./import/import-posterior.js";
import type { KernelOptions, KernelTable, Mode } from "./ir/kernel-table.js";
import { type SamplingOptions, samplingOf } from "./ir/sampling.js";
import { runPasses } from "./passes/passes.js";
import { type ExplainedChoice, explainChoices } from "./plan/explain.js";
import { makePlan } from "./plan/make-plan.js";
import type { Placement } from "./plan/placement.js";
import { type Resources, resourcesOf } from "./plan/resources.js";

export { defaults } from "./defaults.js";
export { generatedText } from "./emit/generated-text.js";
export type {
  GeneratedFile,
  LayerReport,
  ModelDescription,
  Report,
  Templates,
} from "./emit/generation.js";

/** What is written, and what it takes, as far as that was measured. */
export interface Generation extends Emission {
  readonly resources: Resources;
  /** Why each step has its kernel. */
  readonly choices: readonly ExplainedChoice[];
}

export interface GenerateOptions extends KernelOptions, SamplingOptions {
  /** Prefix of the C names and files: a C identifier, `model` by default. */
  readonly name: string;
  readonly mode: Mode;
  /** Normal points of the classification head: a multiple of 4, 8 to 8192. */
  readonly points: number;
  /** Whether a calibration that the file holds is applied; default: yes. */
  readonly calibrated?: boolean;
  /** Keeps every layer's output readable in the arena. */
  readonly trace: boolean;
  /** The most inputs that one call of model_predict_batch takes; default: one, and no such call. */
  readonly batch?: number;
  /** Linker sections for the weights of some layers. */
  readonly place?: readonly Placement[];
  readonly toolVersion: string;
  readonly templates: Templates;
}

/**
 * Turns the bytes of a posterior file into the C files of a model. A pure function: the same
 * arguments give the same bytes.
 *
 * @param kernels what the target can run: `kernelTable(target, kernels)` of target/targets.ts
 */
export function generate(
  posterior: Uint8Array,
  options: GenerateOptions,
  kernels: KernelTable,
): Result<Generation> {
  const sampling = samplingOf(options);
  if (!sampling.ok) {
    return sampling;
  }
  const asked = { ...options, ...(sampling.value && { sampling: sampling.value }) };
  const imported = importPosterior(posterior);
  if (!imported.ok) {
    return imported;
  }
  const graph = runPasses(imported.value, { ...asked, kernels });
  if (!graph.ok) {
    return graph;
  }
  const plan = makePlan(graph.value, kernels, asked);
  if (!plan.ok) {
    return plan;
  }
  const emission = emit(plan.value, posterior, options);
  return emission.ok
    ? success({
        ...emission.value,
        resources: resourcesOf(plan.value, kernels),
        choices: explainChoices(plan.value.choices, kernels),
      })
    : emission;
}
