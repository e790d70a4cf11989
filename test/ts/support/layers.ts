import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaults } from "../../../codegen/src/generate.js";
import { importPosterior } from "../../../codegen/src/import/import-posterior.js";
import type { Graph, Node } from "../../../codegen/src/ir/graph.js";
import type { Tensor } from "../../../codegen/src/ir/posterior.js";
import { prepareModel } from "../../../codegen/src/run/prepare.js";
import { unwrap } from "./predict.js";

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

/**
 * Carries one image (in the graph's units) through a posterior with --trace on the host; `objects`
 * take the place of kernels of the library.
 */
export async function traceLayers(
  path: string,
  image: Float32Array,
  objects: readonly string[] = [],
): Promise<TracedLayer[]> {
  const options = { ...defaults, model: path, target: "host", trace: true };
  const { generation } = unwrap(await prepareModel(options));
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
  const graph = unwrap(importPosterior(readFileSync(path)));
  const layers: TracedLayer[] = [];
  let offset = 0;
  let previous: Units | undefined;
  let previousShape = hwc(generation.model.input.shape);
  for (const { name, op, output_shape } of generation.report.layers) {
    const outShape = hwc(output_shape);
    const length = outShape[0] * outShape[1] * outShape[2];
    const out: Units = {
      mean: values.subarray(offset, offset + length),
      var: values.subarray(offset + length, offset + 2 * length),
    };
    offset += 2 * length;
    if (op === "input") {
      previous = normalised(out, graph);
    } else if (previous !== undefined) {
      const nodes = name.split("+").map((part) => graph.nodes.find((node) => node.name === part));
      const shapes = { name, inShape: previousShape, outShape, in: previous, out };
      layers.push({ ...shapes, ...describe(nodes[0], op, previousShape) });
      previous = out;
    }
    previousShape = outShape;
  }
  if (offset !== values.length) {
    throw new Error(`the trace has ${values.length} floats, the report says ${offset}`);
  }
  return layers;
}

/** The generator folds the scale into the weights; the layers here have the weights as trained. */
function normalised(shifted: Units, { input }: Graph): Units {
  const channels = input.scale.length;
  return {
    mean: shifted.mean.map((value, i) => value / (input.scale[i % channels] ?? 1)),
    var: shifted.var,
  };
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
  node: Extract<Node, { op: "dense" | "conv2d" }>,
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
