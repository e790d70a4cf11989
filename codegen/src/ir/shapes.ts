import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import {
  type Conv2dNode,
  type Conv2dPoolReluNode,
  type Extent,
  type Graph,
  INPUT,
  type Node,
  type Shape,
} from "./graph.js";

/** Most elements a value may have: 1 GiB of float, so that byte offsets fit 32 bits. */
const MAX_ELEMENTS = 2 ** 28;

/** Number of elements of a shape. */
export function elements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** `[6, 28, 28]` */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Height and width of a conv2d's kernel. */
export function kernelSize(node: Conv2dNode | Conv2dPoolReluNode, layout: Graph["layout"]): Extent {
  const { shape } = node.parameters.weight.mean;
  const [height = 1, width = 1] = layout === "chw" ? shape.slice(2) : shape.slice(1, 3);
  return [height, width];
}

/**
 * The shape of every value of a graph in topological order, the input's included. Nodes behind a
 * problem are passed over.
 */
export function inferShapes(graph: Graph): Result<ReadonlyMap<string, Shape>> {
  const shapes = new Map<string, Shape>();
  const problems: Diagnostic[] = [];
  const keep = (name: string, shape: Shape) => {
    if (elements(shape) > MAX_ELEMENTS) {
      problems.push(tooLarge(name, shape));
    } else {
      shapes.set(name, shape);
    }
  };
  keep(INPUT, graph.input.shape);
  for (const node of graph.nodes) {
    const source = node.inputs[0] ?? "";
    const input = shapes.get(source);
    if (input === undefined) {
      continue;
    }
    const shape = outputShape(node, source, input, graph.layout);
    if (shape.ok) {
      keep(node.name, shape.value);
    } else {
      problems.push(...shape.diagnostics);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(shapes);
}

/** The shapes of a graph known to be valid; anything else is a bug of ours. */
export function shapesOf(graph: Graph): ReadonlyMap<string, Shape> {
  const shapes = inferShapes(graph);
  if (!shapes.ok) {
    throw new Error(
      shapes.diagnostics.map(({ path, message }) => `${path}: ${message}`).join("\n"),
    );
  }
  return shapes.value;
}

function outputShape(
  node: Node,
  source: string,
  input: Shape,
  layout: Graph["layout"],
): Result<Shape> {
  switch (node.op) {
    case "dense":
      return denseShape(node.name, node.parameters.weight.mean.shape, source, input, layout);
    case "conv2d":
      return conv2dShape(node, source, input, layout);
    case "conv2d_maxpool2d_relu": {
      const wide = conv2dShape(node, source, input, layout);
      return wide.ok
        ? slide(node.name, source, wide.value, wide.value[0] ?? 0, [2, 2], [2, 2], [0, 0])
        : wide;
    }
    case "relu":
    case "reparameterize":
    case "widen":
    case "narrow":
      return success(input);
    case "maxpool2d":
    case "maxpool2d_relu":
      return input.length === 3
        ? slide(node.name, source, input, input[0] ?? 0, node.size, node.stride, [0, 0])
        : failure(needsPlanes(node, source, input));
    case "flatten":
      return success([elements(input)]);
  }
}

function denseShape(
  name: string,
  weight: Shape,
  source: string,
  input: Shape,
  layout: Graph["layout"],
): Result<Shape> {
  const [out = 0, expected = 0] = weight;
  const found = elements(input);
  if (layout === "chw" && input.length !== 1) {
    return failure({
      code: "shape-mismatch",
      path: name,
      message: `dense '${name}' reads a flat value, but '${source}' gives ${showShape(input)}`,
      hint: `put a flatten between '${source}' and '${name}'`,
    });
  }
  if (found !== expected) {
    return failure({
      code: "shape-mismatch",
      path: name,
      message: `dense '${name}' with weight ${showShape(weight)} reads ${expected} values, but '${source}' gives ${showShape(input)}`,
      hint: `a weight of ${showShape([out, found])} would fit, or a '${source}' of ${showShape([expected])}`,
    });
  }
  return success([out]);
}

function conv2dShape(
  node: Conv2dNode | Conv2dPoolReluNode,
  source: string,
  input: Shape,
  layout: Graph["layout"],
): Result<Shape> {
  if (input.length !== 3) {
    return failure(needsPlanes(node, source, input));
  }
  const weight = node.parameters.weight.mean.shape;
  const [out = 0] = weight;
  const expected = (layout === "chw" ? weight[1] : weight[3]) ?? 0;
  const [channels = 0] = input;
  if (channels !== expected) {
    const fitting = [out, channels, ...kernelSize(node, layout)];
    return failure({
      code: "shape-mismatch",
      path: node.name,
      message: `conv2d '${node.name}' with weight ${showShape(weight)} reads ${expected} channels, but '${source}' gives ${showShape(input)}`,
      hint: `a weight of ${showShape(fitting)} would fit, or a '${source}' of ${showShape([expected, ...input.slice(1)])}`,
    });
  }
  const [top, left, bottom, right] = node.padding;
  const padding: Extent = [top + bottom, left + right];
  return slide(node.name, source, input, out, kernelSize(node, layout), node.stride, padding);
}

/** The shape that a window of `size`, moved over `input` by `stride`, leaves. */
function slide(
  name: string,
  source: string,
  input: Shape,
  channels: number,
  size: Extent,
  stride: Extent,
  padding: Extent,
): Result<Shape> {
  const [, height = 0, width = 0] = input;
  const room: Extent = [height + padding[0], width + padding[1]];
  if (size[0] > room[0] || size[1] > room[1]) {
    return failure({
      code: "shape-mismatch",
      path: name,
      message: `the window of '${name}' is ${size.join("x")}, but '${source}' gives ${showShape(input)}${room[0] + room[1] > height + width ? `, ${room.join("x")} with padding` : ""}`,
      hint: "height and width of the window must not exceed those of its input; a smaller window or more padding would fit",
    });
  }
  const outHeight = Math.floor((room[0] - size[0]) / stride[0]) + 1;
  const outWidth = Math.floor((room[1] - size[1]) / stride[1]) + 1;
  return success([channels, outHeight, outWidth]);
}

function needsPlanes(node: Node, source: string, input: Shape): Diagnostic {
  return {
    code: "shape-mismatch",
    path: node.name,
    message: `${node.op} '${node.name}' reads [channels, height, width], but '${source}' gives ${showShape(input)}`,
    hint: `let '${node.name}' read a value that is not flattened`,
  };
}

function tooLarge(name: string, shape: Shape): Diagnostic {
  return {
    code: "value-too-large",
    path: name,
    message: `its shape ${showShape(shape)} has ${elements(shape)} elements, more than ${MAX_ELEMENTS}`,
    hint: "no target holds such an activation: check input shape, padding and strides",
  };
}
