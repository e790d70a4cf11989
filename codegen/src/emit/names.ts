import { INPUT } from "../ir/graph.js";
import type { Dtype } from "../ir/kernel-table.js";
import type { Plan } from "../plan/plan.js";
import { layerIdentifiers } from "./identifiers.js";

/** What a layer has in the arena. */
type PlacePart = "MEAN" | "VAR" | "SCRATCH" | "WEIGHTS";

/** The C names of one generated model. */
export interface Names {
  /** Prefix of public names: `model`. */
  readonly prefix: string;
  /** Prefix of public macros: `MODEL`. */
  readonly upper: string;
  /** The layer's part of a name: `conv1`. */
  readonly layer: (name: string) => string;
  /** A place in the arena: `CONV1_MEAN`. */
  readonly place: (value: string, part: PlacePart) => string;
  /** An expression for that place, by default of floats: `base + CONV1_MEAN`. */
  readonly pointer: (value: string, part: PlacePart, dtype?: Dtype) => string;
  /** A place in the weights that a pass has beforehand: `CONV1_DRAWN`. */
  readonly drawnPlace: (layer: string) => string;
  readonly shape: (layer: string) => string;
  readonly weights: (layer: string) => string;
  readonly inputShift: string;
  readonly normals: string;
  readonly noiseVar: string;
}

/** Places of the head, which belong to no layer. */
export const headPlaces = {
  covariance: "HEAD_COVARIANCE",
  covarianceScratch: "HEAD_COVARIANCE_SCRATCH",
  scratch: "HEAD_SCRATCH",
  probability: "HEAD_PROBABILITY",
  passProbability: "HEAD_PASS_PROBABILITY",
  mean: "HEAD_MEAN",
  squares: "HEAD_SQUARES",
} as const;

/** Settles all C names of a model called `prefix`. */
export function chooseNames(plan: Plan, prefix: string): Names {
  const reserved = [INPUT, "head", "head_covariance"];
  const identifiers = layerIdentifiers(
    plan.layers.map((layer) => layer.name),
    reserved,
  );
  const layer = (name: string) => identifiers.get(name) ?? name;
  const place = (value: string, part: string) => `${layer(value).toUpperCase()}_${part}`;
  return {
    prefix,
    upper: prefix.toUpperCase(),
    layer,
    place,
    pointer: (value, part, dtype = "f32") =>
      dtype === "f32"
        ? `base + ${place(value, part)}`
        : `(pfp_half *)(base + ${place(value, part)})`,
    drawnPlace: (name) => `${layer(name).toUpperCase()}_DRAWN`,
    shape: (name) => `${layer(name)}_shape`,
    weights: (name) => `${prefix}_weights_${layer(name)}`,
    inputShift: `${prefix}_input_shift`,
    normals: `${prefix}_normals`,
    noiseVar: `${prefix}_noise_var`,
  };
}
