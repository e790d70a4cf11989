import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Generation, LayerReport } from "../../../codegen/src/generate.js";
import { importPosterior } from "../../../codegen/src/import/import-posterior.js";
import type { Conv2dNode, DenseNode, Graph, Node } from "../../../codegen/src/ir/graph.js";
import type { KernelTable } from "../../../codegen/src/ir/kernel-table.js";
import type { Tensor } from "../../../codegen/src/ir/posterior.js";
import { elements } from "../../../codegen/src/ir/shapes.js";
import { generateWith, kernelsOf, unwrap } from "./generator.js";

/** A Gaussian for each unit, in H, W, C order. */
export interface Units {
  readonly mean: Float32Array;
  readonly var: Float32Array;
}

/** A weighted sum, dense being a convolution of a 1 x 1 image. k runs over window_h, window_w, c. */
export interface Weights {
  /** [out_c][k] */
  readonly mean: Float32Array;
  readonly sd: Float32Array;
  /** [out_c] */
  readonly biasMean: Float32Array;
  readonly biasSd: Float32Array;
}

export type LayerKind = "linear" | "relu" | "maxpool" | "maxpool_relu";

/** One layer of a traced run with the Gaussian that entered it and the one that left it. */
export interface TracedLayer {
  readonly name: string;
  readonly kind: LayerKind;
  /** [height, width, channels] */
  readonly inShape: readonly [number, number, number];
  readonly outShape: readonly [number, number, number];
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  /** top, left */
  readonly padding: readonly [number, number];
  readonly weights?: Weights;
  readonly in: Units;
  readonly out: Units;
}

const BUILD = "build/approximation";

/** Runs a command to success. */
export function execute(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  }
}

/** Compiles a C program of test/approximation/ with more files and flags; returns its path. */
export function compileTool(name: string, files: readonly string[] = []): string {
  mkdirSync(BUILD, { recursive: true });
  const program = join(BUILD, name);
  const include = ["-Iruntime-c/include", `-I${BUILD}`];
  const source = `test/approximation/${name}.c`;
  execute("gcc", ["-std=c99", "-O3", ...include, source, ...files, "-lm", "-o", program]);
  return program;
}

/** What each kernel of a traced run made, and the run's model. */
interface Trace {
  readonly model: Generation["model"];
  readonly layers: readonly { readonly report: LayerReport; readonly out: Units }[];
}

/**
 * Carries one image (in the graph's units) through a posterior with --trace on the host; `objects`
 * take the place of kernels of the library, `kernels` are those the generator may choose from.
 */
function trace(
  path: string,
  image: Float32Array,
  kernels: KernelTable,
  objects: readonly string[] = [],
): Trace {
  const generation = unwrap(generateWith(readFileSync(path), { trace: true }, kernels));
  mkdirSync(BUILD, { recursive: true });
  for (const { name, content } of generation.files) {
    writeFileSync(join(BUILD, name), content);
  }
  const program = compileTool("trace", [
    join(BUILD, "model.c"),
    join(BUILD, "model_weights.c"),
    ...objects,
    "build/host/libpfp.a",
  ]);
  writeFileSync(join(BUILD, "in.bin"), image);
  execute(program, [join(BUILD, "in.bin"), join(BUILD, "trace.bin")]);

  const values = new Float32Array(Uint8Array.from(readFileSync(join(BUILD, "trace.bin"))).buffer);
  let offset = 0;
  const traced = generation.report.layers.filter(({ op }) => op !== "finite");
  const layers = traced.map((report) => {
    const length = elements(report.output_shape);
    const out: Units = {
      mean: values.subarray(offset, offset + length),
      var: values.subarray(offset + length, offset + 2 * length),
    };
    offset += 2 * length;
    return { report, out };
  });
  if (offset !== values.length) {
    throw new Error(`the trace has ${values.length} floats, the report says ${offset}`);
  }
  return { model: generation.model, layers };
}

/** The portable kernels: all others equal them, and mutants are made of them. */
function portableKernels(): KernelTable {
  const table = kernelsOf("host");
  return { ...table, kernels: table.kernels.filter(({ isa }) => isa === "c") };
}

/** Without those that do three layers at once, whose values between hide. */
function kernelsApart(): KernelTable {
  const table = portableKernels();
  const kernels = table.kernels.filter(({ op }) => op !== "conv2d_maxpool2d_relu");
  return { ...table, kernels };
}

/** The layers of a traced run in which convolution and pooling are kept apart. */
export function traceLayers(
  path: string,
  image: Float32Array,
  objects: readonly string[] = [],
): TracedLayer[] {
  const graph = unwrap(importPosterior(readFileSync(path)));
  const { model, layers } = trace(path, image, kernelsApart(), objects);
  let previous = normalised(image, graph);
  let inShape = hwc(model.input.shape);
  return layers.map(({ report: { name, op, output_shape }, out }) => {
    const outShape = hwc(output_shape);
    const [first] = name.split("+");
    const node = graph.nodes.find((candidate) => candidate.name === first);
    const layer = { name, outShape, in: previous, out, ...describe(node, op, inShape) };
    [previous, inShape] = [out, outShape];
    return layer;
  });
}

/** The output of each layer that the generator makes of several, by name. */
export function traceFused(path: string, image: Float32Array): ReadonlyMap<string, Units> {
  const { layers } = trace(path, image, portableKernels());
  return new Map(layers.map(({ report, out }) => [report.name, out] as const));
}

/** The input as the network was trained on it, in H, W, C order: an exact value. */
function normalised(image: Float32Array, { input }: Graph): Units {
  const [height, width, channels] = hwc(input.shape);
  const mean = image.map((_, i) => {
    const [place, c] = [Math.floor(i / channels), i % channels];
    const value = image[c * height * width + place] ?? Number.NaN;
    const [shift, scale] = [input.mean, input.scale].map((of) => of[c % of.length] ?? Number.NaN);
    return (value - (shift ?? Number.NaN)) / (scale ?? Number.NaN);
  });
  return { mean, var: new Float32Array(mean.length) };
}

/** [c, h, w] or [n] as height, width, channels. */
function hwc(shape: readonly number[]): readonly [number, number, number] {
  const [c = 1, h = 1, w = 1] = shape;
  return [h, w, c];
}

type Form = Pick<TracedLayer, "kind" | "window" | "stride" | "padding" | "weights" | "inShape">;

function describe(node: Node | undefined, op: string, inShape: readonly [number, number, number]) {
  const none = { window: [1, 1], stride: [1, 1], padding: [0, 0], inShape } as const;
  switch (node?.op) {
    case "dense": {
      const [h, w, c] = inShape;
      const flat = [1, 1, h * w * c] as const;
      const form: Form = {
        ...none,
        kind: "linear",
        inShape: flat,
        weights: weightsOf(node, [c, h, w]),
      };
      return form;
    }
    case "conv2d": {
      const [, c = 1, kh = 1, kw = 1] = node.parameters.weight.mean.shape;
      const [top, left] = node.padding;
      const weights = weightsOf(node, [c, kh, kw]);
      const form: Form = {
        kind: "linear",
        window: [kh, kw],
        stride: node.stride,
        padding: [top, left],
        weights,
        inShape,
      };
      return form;
    }
    case "maxpool2d":
    case "maxpool2d_relu": {
      const kind = op === "maxpool2d_relu" ? "maxpool_relu" : "maxpool";
      const form: Form = { ...none, kind, window: node.size, stride: node.stride };
      return form;
    }
    case "relu":
      return { ...none, kind: "relu" } satisfies Form;
    default:
      throw new Error(`no layer '${op}' in the posterior file`);
  }
}

/** Parameters with each row's [c, h, w] turned to [h, w, c]; a missing sd is zero. */
function weightsOf(
  node: DenseNode | Conv2dNode,
  [c, h, w]: readonly [number, number, number],
): Weights {
  const { weight, bias } = node.parameters;
  const rows = weight.mean.shape[0] ?? 0;
  const size = c * h * w;
  const turned = (tensor: Tensor | undefined) => {
    const result = new Float32Array(rows * size);
    for (let i = 0; i < (tensor === undefined ? 0 : result.length); i++) {
      const [row, k] = [Math.floor(i / size), i % size];
      const [channel, place] = [Math.floor(k / (h * w)), k % (h * w)];
      result[row * size + place * c + channel] = tensor?.values[i] ?? 0;
    }
    return result;
  };
  const plain = (tensor: Tensor | undefined) =>
    tensor === undefined ? new Float32Array(rows) : Float32Array.from(tensor.values);
  return {
    mean: turned(weight.mean),
    sd: turned(weight.sd),
    biasMean: plain(bias?.mean),
    biasSd: plain(bias?.sd),
  };
}
