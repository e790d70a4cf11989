import type { Calibration } from "../ir/calibration.js";
import type { Decision } from "../ir/decision.js";
import type { Shape } from "../ir/graph.js";
import type { KernelShape } from "../ir/kernel-shape.js";
import type { Dtype, Kernel, KernelOp, Mode, Tier, WeightFormat } from "../ir/kernel-table.js";
import type { Sampling } from "../ir/sampling.js";
import type { Choice } from "./kernel-choice.js";
import type { PackedWeights } from "./pack/pack-weights.js";

/** Where a value lives in the arena: byte offsets of its arrays of `length` elements. */
export interface ValuePlace {
  readonly dtype: Dtype;
  readonly length: number;
  /** How many such arrays follow each other, one an input of the batch; absent: one. */
  readonly count?: number;
  readonly mean: number;
  /** Absent for an exact value. */
  readonly var?: number;
}

interface InputBase {
  readonly shape: Shape;
  readonly kernel: Kernel;
  /**
   * The mean of the training inputs, one a channel or plane; for a first layer that works in halves
   * then the power of two that it multiplies the difference with.
   */
  readonly shift: Float32Array;
}

/** The input kernel copies the user's input to the arena, shifted and in the runtime's order. */
export interface CopiedInput extends InputBase {
  readonly how: "copied";
  readonly channels: number;
  readonly plane: number;
  readonly output: ValuePlace;
}

/** The finite kernel checks the user's input, which the first layer then reads itself. */
export interface DirectInput extends InputBase {
  readonly how: "direct";
}

export type InputPlan = CopiedInput | DirectInput;

/** One kernel call. */
export interface LayerPlan {
  readonly name: string;
  /** Runs once for the whole batch; absent: once for each input. */
  readonly batched?: true;
  readonly op: KernelOp;
  /** Kernel size, stride and the like, in words. */
  readonly attributes: string;
  readonly kernel: Kernel;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly multiplyAdds: number;
  /** The kernel's shape argument, for kernels that have one. */
  readonly shape?: KernelShape;
  /** Name of the value it reads. */
  readonly source: string;
  /** Absent where it reads the user's own input. */
  readonly input?: ValuePlace;
  readonly output: ValuePlace;
  /** Packed for this kernel, for kernels with weights. */
  readonly weights?: PackedWeights;
  /** How its weights are drawn, where the kernel reads draws of them. */
  readonly draw?: DrawPlan;
  /** The linker section of its weights, where it is not that of all. */
  readonly section?: string;
  /** Its scratch, for kernels that need any: byte offset, and length in elements. */
  readonly scratch?: { readonly dtype: Dtype; readonly offset: number; readonly length: number };
}

/** A draw of a layer's weights: means and standard deviations, `length` each, become `length` floats. */
export interface DrawPlan {
  readonly kernel: Kernel;
  readonly length: number;
  /** In the arena for each pass, or in what every pass has beforehand. */
  readonly where: "arena" | "beforehand";
  /** Byte offset there. */
  readonly offset: number;
}

/** What of a plan runs in each pass of a sampled network, and what that adds up to. */
export interface SamplingPlan extends Sampling {
  /** Index of the layer at which a pass begins; those before it run once. */
  readonly first: number;
  /** Bytes of the weights that a pass has beforehand, 0 where none are drawn so. */
  readonly passBytes: number;
  /** Takes the logits of a pass into their running mean and squares. */
  readonly accumulate: Kernel;
  /** Byte offsets of these. */
  readonly mean: number;
  readonly squares: number;
  /** Of a classification: what makes an answer of the running mean of probabilities, and where. */
  readonly mixture?: { readonly kernel: Kernel; readonly probability: number };
}

/** Covariance of the logits: `last` from the last dense layer, `none` their variances alone. */
export type CovariancePlan =
  | { readonly level: "none" }
  | {
      readonly level: "last";
      readonly kernel: Kernel;
      /** The dense layer whose outputs the logits are. */
      readonly layer: LayerPlan;
      readonly scratch: number;
    };

export interface ClassificationPlan {
  readonly kind: "classification";
  readonly input: ValuePlace;
  readonly source: string;
  readonly labels: readonly string[];
  readonly covariance: CovariancePlan;
  readonly kernel: Kernel;
  readonly points: number;
  /** [points/4][classes][4] */
  readonly normals: Float32Array;
  /** Byte offsets of the lower triangle of the covariance, scratch and probabilities. */
  readonly cov: number;
  readonly scratch: number;
  readonly probability: number;
}

/** A classification whose logits are exact: softmax, and nothing epistemic. */
export interface SoftmaxPlan {
  readonly kind: "softmax";
  readonly input: ValuePlace;
  readonly source: string;
  readonly labels: readonly string[];
  readonly kernel: Kernel;
  /** Byte offset of the probabilities. */
  readonly probability: number;
}

export interface RegressionPlan {
  readonly kind: "regression";
  readonly input: ValuePlace;
  readonly source: string;
  /** noise_sd squared, per output. */
  readonly noiseVar: Float32Array;
}

/** Every kernel that the generated code calls, in order. */
export function calledKernels({ input, layers, head, finite, sampling }: Plan): Kernel[] {
  const ofHead = head.kind === "classification" ? [head.kernel] : [];
  const ofCovariance =
    head.kind === "classification" && head.covariance.level === "last"
      ? [head.covariance.kernel]
      : [];
  const ofLayers = layers.flatMap(({ draw, kernel }) => [...(draw ? [draw.kernel] : []), kernel]);
  const ofPasses = sampling === undefined ? [] : [sampling.accumulate];
  const ofMixture = sampling?.mixture === undefined ? [] : [sampling.mixture.kernel];
  return [
    ...[input.kernel, ...ofLayers, finite, ...ofPasses],
    ...[...ofCovariance, ...ofHead, ...ofMixture],
  ];
}

/** Everything the generated code does, with every number settled. */
export interface Plan {
  /** The network's own name. */
  readonly graph: string;
  /** The one that is in the weights. */
  readonly calibration?: Calibration;
  readonly target: string;
  readonly mode: Mode;
  readonly tier: Tier;
  readonly weights: WeightFormat;
  readonly activations: Dtype;
  readonly points: number;
  /** The most inputs of one call. */
  readonly batch: number;
  readonly trace: boolean;
  readonly input: InputPlan;
  readonly layers: readonly LayerPlan[];
  /** Of a sampled network, whose head is that of one pass. */
  readonly sampling?: SamplingPlan;
  readonly head: ClassificationPlan | SoftmaxPlan | RegressionPlan;
  /** Of the one pass alone, whose uncertainties it was found for. */
  readonly decision?: Decision;
  /** Checks the logits. */
  readonly finite: Kernel;
  readonly arenaBytes: number;
  /** What the kernels were chosen from. */
  readonly choices: readonly Choice[];
}
