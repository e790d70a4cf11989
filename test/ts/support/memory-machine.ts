import { dtypeBytes } from "../../../codegen/src/ir/kernel-table.js";
import type { LayerPlan, Plan, SamplingPlan, ValuePlace } from "../../../codegen/src/plan/plan.js";

/** What the second pass of a sampled network finds, the others find as well. */
const PASSES = 2;

/** What goes wrong in a plan's memory, none where it is sound; and the bytes it touches. */
export interface MemoryRun {
  readonly problems: readonly string[];
  /** The largest byte written, and one. */
  readonly bytes: number;
}

/**
 * Goes through a plan with a label on every byte of the arena: the array whose byte it last was
 * made. Each kernel does the worst that its contract in pfp_kernels.h leaves it: it writes a whole
 * row, or all of its outputs, before it reads the first input that it needs for them. What it then
 * reads must still carry the label of what it means to read. A batch is gone through as generated
 * code does: input by input, then all inputs at once, then prediction by prediction.
 */
export function checkMemory(plan: Plan): MemoryRun {
  const arena = new Arena(plan.arenaBytes);
  const all = Array.from({ length: plan.batch }, (_, row) => row);
  const { layers, sampling } = plan;
  const run = (layer: LayerPlan) => {
    arena.at = layer.name;
    runLayer(arena, layer);
  };
  for (const row of all) {
    arena.rows = [row];
    arena.at = "input";
    if (plan.input.how === "copied") {
      arena.writeValue("input", plan.input.output);
    }
    layers
      .slice(0, sampling?.first)
      .filter(({ batched }) => !batched)
      .forEach(run);
  }
  for (let pass = 1; sampling !== undefined && pass <= PASSES; pass++) {
    layers.slice(sampling.first).forEach(run);
    arena.at = `pass ${pass}`;
    runPass(arena, plan, sampling, pass);
  }
  arena.rows = all;
  layers.filter(({ batched }) => batched).forEach(run);
  for (const row of sampling === undefined ? all : []) {
    arena.rows = [row];
    arena.at = "head";
    runHead(arena, plan);
  }
  return { problems: arena.problems, bytes: arena.bytes };
}

/** An array in the arena: where it begins, and what it is. */
interface Place {
  readonly label: string;
  readonly begin: number;
  /** Of an element, by default of a float. */
  readonly bytes?: number;
}

class Arena {
  readonly problems: string[] = [];
  bytes = 0;
  /** The step, for problems. */
  at = "input";
  /** The inputs of the batch that the step works on. */
  rows: readonly number[] = [0];
  readonly #owner: Int32Array;
  readonly #index: Int32Array;
  readonly #labels = new Map<string, number>();

  constructor(bytes: number) {
    this.#owner = new Int32Array(bytes).fill(-1);
    this.#index = new Int32Array(bytes);
  }

  /** Makes elements [from, to) of an array. */
  write({ label, begin, bytes = 4 }: Place, from: number, to: number): void {
    const owner = this.#number(label);
    for (let byte = from * bytes; byte < to * bytes; byte++) {
      const place = begin + byte;
      if (!(place >= 0 && place < this.#owner.length)) {
        this.#complain(`writes ${label} outside of the arena, at ${place}`);
        return;
      }
      this.#owner[place] = owner;
      this.#index[place] = byte;
    }
    this.bytes = Math.max(this.bytes, begin + to * bytes);
  }

  /** Wants elements [from, to) of an array to be there. */
  read({ label, begin, bytes = 4 }: Place, from: number, to: number): void {
    const owner = this.#number(label);
    for (let byte = from * bytes; byte < to * bytes; byte++) {
      const place = begin + byte;
      if (this.#owner[place] !== owner || this.#index[place] !== byte) {
        this.#complain(`reads ${label} at byte ${byte}, which is no longer there`);
        return;
      }
    }
  }

  /** The arrays of a value that the step works on. */
  arrays(name: string, { dtype, length, count, mean, var: variance }: ValuePlace): Place[] {
    const bytes = dtypeBytes[dtype];
    return this.rows.flatMap((row) => {
      const down = count === undefined ? 0 : row * length * bytes;

      const means = { label: `${name} mean of ${row}`, begin: mean + down, bytes };
      return variance === undefined
        ? [means]
        : [means, { label: `${name} var of ${row}`, begin: variance + down, bytes }];
    });
  }

  writeValue(name: string, value: ValuePlace): void {
    for (const place of this.arrays(name, value)) {
      this.write(place, 0, value.length);
    }
  }

  readValue(name: string, value: ValuePlace): void {
    for (const place of this.arrays(name, value)) {
      this.read(place, 0, value.length);
    }
  }

  #complain(what: string): void {
    this.problems.push(`${this.at} ${what}`);
  }

  #number(label: string): number {
    const known = this.#labels.get(label) ?? this.#labels.size;
    this.#labels.set(label, known);
    return known;
  }
}

function runLayer(arena: Arena, layer: LayerPlan): void {
  const { name, output, kernel, scratch, draw } = layer;
  const drawn = { label: `${name} weights`, begin: draw?.offset ?? 0 };
  if (draw?.where === "arena") {
    arena.write(drawn, 0, draw.length);
  }
  const working = scratch && {
    label: `${name} scratch`,
    begin: scratch.offset,
    bytes: dtypeBytes[scratch.dtype],
  };
  if (working !== undefined) {
    arena.write(working, 0, scratch?.length ?? 0);
  }
  switch (layer.op) {
    case "relu":
    case "reparameterize":
      runElements(arena, layer);
      break;
    case "narrow":
      runInOrder(arena, layer);
      break;
    case "conv2d":
    case "conv2d_maxpool2d_relu":
      if (kernel.form === "det") {
        runAtOnce(arena, layer);
      } else {
        runRows(arena, layer);
      }
      break;
    case "maxpool2d":
    case "maxpool2d_relu":
      runRows(arena, layer);
      break;
    default:
      runAtOnce(arena, layer);
  }
  // A step must not spoil its own: means under variances, scratch, or the weights it has drawn.
  arena.readValue(name, output);
  if (draw?.where === "arena") {
    arena.read(drawn, 0, draw.length);
  }
  if (working !== undefined) {
    arena.read(working, 0, scratch?.length ?? 0);
  }
}

/** Outputs in any order, inputs at any time. */
function runAtOnce(arena: Arena, { name, source, input, output }: LayerPlan): void {
  arena.writeValue(name, output);
  if (input !== undefined) {
    arena.readValue(source, input);
  }
}

/** In place, element by element, or apart. */
function runElements(arena: Arena, layer: LayerPlan): void {
  const { source, input, output } = layer;
  const isInPlace = input?.mean === output.mean && (output.var ?? input.var) === input.var;
  if (input !== undefined && isInPlace) {
    arena.readValue(source, input);
    arena.writeValue(layer.name, output);
  } else {
    runAtOnce(arena, layer);
  }
}

/** The means, then the variances, each by vectors of four elements. */
function runInOrder(arena: Arena, { name, source, input, output }: LayerPlan): void {
  const from = input === undefined ? [] : arena.arrays(source, input);
  for (const [part, to] of arena.arrays(name, output).entries()) {
    for (let i = 0; i < output.length; i += 4) {
      const end = Math.min(i + 4, output.length);
      const place = from[part];
      if (place !== undefined) {
        arena.read(place, i, end);
      }
      arena.write(to, i, end);
    }
  }
}

/** Row by row: each is written whole, then all input rows are read that its windows meet. */
function runRows(arena: Arena, { name, op, source, input, output, shape }: LayerPlan): void {
  const s = shape?.fields ?? {};
  const field = (key: string) => s[key] ?? Number.NaN;
  const channels = s.in_c ?? field("channels");
  const [outRow, inRow] = [field("out_w") * (s.out_c ?? channels), field("in_w") * channels];
  const pooled = op === "conv2d_maxpool2d_relu" ? 2 : 1;
  const height = s.kernel_h ?? field("size_h");
  for (let row = 0; row < field("out_h"); row++) {
    for (const place of arena.arrays(name, output)) {
      arena.write(place, row * outRow, (row + 1) * outRow);
    }
    for (let tap = 0; tap < pooled * height; tap++) {
      const window = pooled * row + Math.floor(tap / height);
      const y = window * field("stride_h") + (tap % height) - (s.pad_top ?? 0);
      if (y >= 0 && y < field("in_h")) {
        for (const place of input === undefined ? [] : arena.arrays(source, input)) {
          arena.read(place, y * inRow, (y + 1) * inRow);
        }
      }
    }
  }
}

/** The head of one pass, and what it adds to what the passes before have left. */
function runPass(arena: Arena, plan: Plan, sampling: SamplingPlan, pass: number): void {
  const { head } = plan;
  const outputs = head.input.length;
  const add = (label: string, begin: number) => {
    if (pass > 1) {
      arena.read({ label, begin }, 0, outputs);
    }
    arena.write({ label, begin }, 0, outputs);
  };
  add("mean of passes", sampling.mean);
  add("squares of passes", sampling.squares);
  arena.readValue(head.source, head.input);
  if (head.kind === "softmax" && sampling.mixture !== undefined) {
    const place = { label: "probability of a pass", begin: head.probability };
    arena.write(place, 0, outputs);
    arena.readValue(head.source, head.input);
    add("probability of passes", sampling.mixture.probability);
    arena.read(place, 0, outputs);
  }
  arena.read({ label: "mean of passes", begin: sampling.mean }, 0, outputs);
  arena.read({ label: "squares of passes", begin: sampling.squares }, 0, outputs);
}

function runHead(arena: Arena, { head }: Plan): void {
  arena.readValue(head.source, head.input);
  if (head.kind === "regression") {
    return;
  }
  const classes = head.input.length;
  if (head.kind === "softmax") {
    arena.write({ label: "probability", begin: head.probability }, 0, classes);
    return;
  }
  const triangle = (classes * (classes + 1)) / 2;
  const cov = { label: "covariance", begin: head.cov };
  arena.write(cov, 0, triangle);
  if (head.covariance.level === "last") {
    const { layer, scratch } = head.covariance;
    const floats = 4 * Math.ceil(classes / 4);
    arena.write({ label: "covariance scratch", begin: scratch }, 0, floats);
    if (layer.input?.var !== undefined) {
      for (const entering of arena.arrays(layer.source, layer.input).slice(1)) {
        arena.read(entering, 0, layer.input.length);
      }
    }
    arena.readValue(head.source, head.input);
  }
  arena.read(cov, 0, triangle);
  arena.write({ label: "head scratch", begin: head.scratch }, 0, 8 * classes);
  arena.write({ label: "probability", begin: head.probability }, 0, classes);
  const { var: _, ...means } = head.input;
  arena.readValue(head.source, means);
  arena.read(cov, 0, triangle);
}
