import type { Calibration } from "../ir/calibration.js";
import type { Shape } from "../ir/graph.js";
import type { Dtype, Mode, Tier, WeightFormat } from "../ir/kernel-table.js";
import type { Sampling } from "../ir/sampling.js";

/** The Handlebars texts in templates/, by the file they make. */
export interface Templates {
  /** templates/model.h.hbs */
  readonly header: string;
  /** templates/model.c.hbs */
  readonly source: string;
  /** The parts of model.c: templates/model.c/, by name without .hbs */
  readonly sourceParts: Readonly<Record<string, string>>;
  /** templates/model_weights.c.hbs */
  readonly weights: string;
  /** templates/model_weights_bin.c.hbs */
  readonly weightsBin: string;
  /** templates/CMakeLists.txt.hbs */
  readonly cmake: string;
}

export interface GeneratedFile {
  readonly name: string;
  /** Text, or the bytes of a .bin. */
  readonly content: string | Uint8Array;
}

/** What the command needs to know to feed a generated model and read its answer. */
export interface ModelDescription {
  /** Prefix of the C names: `model`, or what `--name` says. */
  readonly name: string;
  /** The network's own name in the posterior file. */
  readonly graph: string;
  readonly input: {
    /** [n], or [channels, height, width]: the order in which model_predict reads its input. */
    readonly shape: Shape;
    readonly length: number;
  };
  readonly head: "classification" | "regression";
  /** Number of classes, or of regression outputs. */
  readonly outputs: number;
  /** One a class; empty for a regression. */
  readonly labels: readonly string[];
  /** Whether it decides what is to be accepted. */
  readonly decides: boolean;
}

/**
 * One kernel call of the generated code: the first copies the input or, where the first layer reads
 * it, checks it; the head's are left out.
 */
export interface LayerReport {
  readonly name: string;
  readonly op: string;
  readonly kernel: string;
  readonly input_shape: Shape;
  readonly output_shape: Shape;
  /** Bytes of its packed weights. */
  readonly weight_bytes: number;
  /** The linker section of its weights, where one was given. */
  readonly section?: string;
  /** Bytes of its output in the arena, mean and variance together. */
  readonly output_bytes: number;
  /** Multiply-adds of the same layer in a deterministic network. */
  readonly multiply_adds: number;
}

/** How a sampled network is drawn. */
export interface SamplingReport extends Sampling {
  /** Bytes of the weights drawn beforehand, 0 where none are. */
  readonly drawn_bytes: number;
}

/** The content of report.json. */
export interface Report {
  readonly name: string;
  readonly graph: string;
  /** The one that is in the weights, where there is one. */
  readonly calibration?: Calibration;
  readonly target: string;
  readonly mode: Mode;
  /** Of mode sampled. */
  readonly sampling?: SamplingReport;
  readonly tier: Tier;
  readonly weights: WeightFormat;
  readonly activations: Dtype;
  readonly points: number;
  readonly trace: boolean;
  /** The most inputs of one call, where that is more than one. */
  readonly batch?: number;
  readonly tool_version: string;
  readonly posterior_sha256: string;
  /** The hash by which model.c knows the model.h of its own run. */
  readonly generation: string;
  readonly weights_hash: string;
  /** The thresholds of NAME_decide. */
  readonly decision?: { readonly max_epistemic: number; readonly max_total?: number };
  readonly arena_bytes: number;
  /** Bytes of all constants in model_weights.c. */
  readonly weight_bytes: number;
  readonly multiply_adds: number;
  readonly layers: readonly LayerReport[];
}

/** Everything `pfp compile` writes, as values. */
export interface Emission {
  readonly files: readonly GeneratedFile[];
  readonly model: ModelDescription;
  readonly report: Report;
}
