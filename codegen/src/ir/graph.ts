import type { Calibration } from "./calibration.js";
import type { Decision } from "./decision.js";
import type { Dtype } from "./kernel-table.js";
import type { LayerParameters } from "./posterior.js";

/** Either [n], or [channels, height, width]. */
export type Shape = readonly number[];

/** Two extents in the order height, width. */
export type Extent = readonly [height: number, width: number];

/** Padding in the order top, left, bottom, right. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** What a node of any operator has. A node's name is also the name of the value it makes. */
interface NodeBase {
  readonly name: string;
  /** Names of the values it reads. */
  readonly inputs: readonly string[];
  /** What its value is stored as: f32 unless a pass says otherwise. */
  readonly dtype?: Dtype;
}

/** What a node with weights has. */
interface WeightedBase extends NodeBase {
  readonly parameters: LayerParameters;
  /**
   * Set by passes where it computes with draws of its parameters, so that an exact input gives an
   * exact value: for each pass anew, or for all passes beforehand.
   */
  readonly drawn?: "each pass" | "beforehand";
}

/** out[out] = weight[out, in] * in[in] + bias[out]. */
export interface DenseNode extends WeightedBase {
  readonly op: "dense";
}

/** A convolution; its size comes from its weight, [out, in, kh, kw] in a `chw` graph. */
export interface Conv2dNode extends WeightedBase {
  readonly op: "conv2d";
  readonly stride: Extent;
  readonly padding: Padding;
}

/** A convolution, pooling of 2x2 windows at stride 2, then relu; made by passes only. */
export interface Conv2dPoolReluNode extends Omit<Conv2dNode, "op"> {
  readonly op: "conv2d_maxpool2d_relu";
}

export interface ReluNode extends NodeBase {
  readonly op: "relu";
}

/** Pooling without padding. `maxpool2d_relu`, pooling then relu, is made by passes only. */
export interface Maxpool2dNode extends NodeBase {
  readonly op: "maxpool2d" | "maxpool2d_relu";
  readonly size: Extent;
  readonly stride: Extent;
}

/** [c, h, w] to [c*h*w] in the order C, H, W. */
export interface FlattenNode extends NodeBase {
  readonly op: "flatten";
}

/** A draw of the value it reads, which makes an exact value of it; made by passes only. */
export interface ReparameterizeNode extends NodeBase {
  readonly op: "reparameterize";
}

/** From halves to floats and back; made by passes only. */
export interface ConversionNode extends NodeBase {
  readonly op: "widen" | "narrow";
}

/** The operators with weights. */
export type WeightedNode = DenseNode | Conv2dNode | Conv2dPoolReluNode;

export type Node =
  | WeightedNode
  | ReluNode
  | Maxpool2dNode
  | FlattenNode
  | ReparameterizeNode
  | ConversionNode;

/** Whether a node is an operator with weights. */
export function hasParameters(node: Node): node is WeightedNode {
  return "parameters" in node;
}

/** Whether a layer is uncertain: its weight or its bias has a standard deviation. */
export function hasSd({ parameters: { weight, bias } }: WeightedNode): boolean {
  return weight.sd !== undefined || bias?.sd !== undefined;
}

/** The name by which nodes and heads read the model's input. */
export const INPUT = "input";

/** The model computes (x - mean) / scale; each has one entry for all, or one a channel. */
export interface ModelInput {
  readonly shape: Shape;
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  /** The largest scale, kept when the scales are folded away: how large x - mean typically is. */
  readonly spread?: number;
}

export type Head =
  | {
      readonly kind: "classification";
      readonly input: string;
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "regression";
      readonly input: string;
      /** Standard deviation of the noise in the data, per output. */
      readonly noiseSd: readonly number[];
    };

/**
 * A Bayesian network: a directed acyclic graph of Gaussian values, with its posterior.
 *
 * `layout` says in which order the weights of dense and conv2d read their input. `chw` is the
 * posterior file's: dense [out, c*h*w], conv2d [out, c, kh, kw]. `hwc` is the runtime's: dense
 * [out, h*w*c], conv2d [out, kh, kw, c], and a dense node may read a [c, h, w] value. Shapes are
 * written C, H, W in both.
 */
export interface Graph {
  readonly name: string;
  readonly layout: "chw" | "hwc";
  readonly input: ModelInput;
  /** A node stands after the nodes it reads, once the graph is validated. */
  readonly nodes: readonly Node[];
  readonly head: Head;
  /** What `pfp calibrate` found. */
  readonly calibration?: Calibration;
  /** What `pfp decide` found; of a classification. */
  readonly decision?: Decision;
}
