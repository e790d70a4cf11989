import type { Graph, Head, Node, Shape } from "../../../codegen/src/ir/graph.js";
import { elements, shapesOf } from "../../../codegen/src/ir/shapes.js";
import { conv2d, dense, flatten, makeGraph, maxpool2d, relu } from "./graphs.js";
import type { Random } from "./random.js";

/** A chain of random layers over random planes, or over a flat input, that ends in a dense layer. */
export function randomNetwork(random: Random): Graph {
  const planes = random.integer(0, 3) > 0;
  const shape = planes
    ? [random.integer(1, 3), random.integer(5, 9), random.integer(5, 9)]
    : [random.integer(3, 20)];
  const channels = shape[0] ?? 1;
  const nodes: Node[] = [];
  const shapeNow = (): Shape => {
    const shapes = shapesOf(makeGraph(shape, nodes, "input"));
    return shapes.get(nodes.at(-1)?.name ?? "input") ?? [];
  };
  for (let i = 0; planes && i < 5; i++) {
    nodes.push(randomPlaneLayer(random, `plane${i}`, nodes.at(-1)?.name ?? "input", shapeNow()));
  }
  if (planes) {
    nodes.push(flatten("flat", nodes.at(-1)?.name ?? "input"));
  }
  for (let i = 0; i < 3; i++) {
    const source = nodes.at(-1)?.name ?? "input";
    const inputs = elements(shapeNow());
    nodes.push(
      random.uniform() < 0.5 && i < 2
        ? relu(`flat${i}`, source)
        : dense(`flat${i}`, source, [random.integer(2, 11), inputs], random.integer(1, 99)),
    );
  }
  const head = randomHead(random, nodes.at(-1)?.name ?? "", elements(shapeNow()));
  const perChannel = (of: () => number) =>
    Array.from({ length: random.uniform() < 0.5 ? 1 : channels }, of);
  const mean = perChannel(() => random.uniform());
  const scale = perChannel(() => 0.25 + random.uniform());
  return { ...makeGraph(shape, nodes, head.input, { mean, scale }), head };
}

function randomPlaneLayer(random: Random, name: string, source: string, shape: Shape): Node {
  const [channels = 1, height = 1, width = 1] = shape;
  const extents = (most: number): [number, number] => [
    random.integer(1, Math.min(most, height)),
    random.integer(1, Math.min(most, width)),
  ];
  const halves = height > 1 && width > 1;
  switch (random.integer(0, 3)) {
    case 0:
      return relu(name, source);
    case 1:
      return halves ? maxpool2d(name, source, [2, 2]) : relu(name, source);
    case 2:
      return maxpool2d(name, source, extents(2), [random.integer(1, 2), random.integer(1, 2)]);
    default: {
      const edge = () => random.integer(0, 2);
      const weight: [number, number, number, number] = [
        random.integer(1, 9),
        channels,
        ...extents(3),
      ];
      const stride: [number, number] = [random.integer(1, 2), random.integer(1, 3)];
      const padding: [number, number, number, number] = [edge(), edge(), edge(), edge()];
      return conv2d(name, source, weight, { stride, padding }, random.integer(1, 99));
    }
  }
}

function randomHead(random: Random, input: string, outputs: number): Head {
  return random.uniform() < 0.7
    ? { kind: "classification", input, labels: Array.from({ length: outputs }, (_, i) => `${i}`) }
    : {
        kind: "regression",
        input,
        noiseSd: Array.from({ length: outputs }, random.uniform.bind(random)),
      };
}
