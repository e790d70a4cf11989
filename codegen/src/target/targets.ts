import {
  type Diagnostic,
  failure,
  meantHint,
  NAME_ONE,
  type Result,
  success,
} from "../diagnostics.js";
import type { Dtype, Kernel, KernelTable } from "../ir/kernel-table.js";

/** A processor that models are generated for. */
export interface Target {
  readonly name: string;
  readonly description: string;
  /** Folder under boards/ that a model is built and run with, unless `--board` names another. */
  readonly board: string;
  /** Instruction sets its kernels may use, best first. */
  readonly isas: readonly string[];
  /** Whether it has the memory and the caches for which batches are made. */
  readonly batches: boolean;
  /** What its arithmetic is for: halves only where vectors of them are added and multiplied. */
  readonly dtypes: readonly Dtype[];
}

/** Every target `pfp` builds for. A new one is one entry here and a board. */
export const targets: readonly Target[] = [
  {
    name: "host",
    description: "x86-64 desktop, SSE2 to AVX-512",
    board: "host",
    isas: ["x86", "c"],
    batches: true,
    dtypes: ["f32"],
  },
  {
    name: "cortex-a53",
    description: "64-bit Arm under Linux, NEON",
    board: "linux-a53",
    isas: ["neon", "c"],
    batches: true,
    dtypes: ["f32"],
  },
  {
    name: "cortex-a72",
    description: "64-bit Arm under Linux, NEON",
    board: "linux-a72",
    isas: ["neon", "c"],
    batches: true,
    dtypes: ["f32"],
  },
  {
    name: "cortex-a76",
    description: "64-bit Arm under Linux, NEON with fp16",
    board: "linux-a76",
    isas: ["neon", "c"],
    batches: true,
    dtypes: ["f32", "f16"],
  },
  {
    name: "cortex-m4",
    description: "Arm microcontroller, scalar FPU",
    board: "mps2-an386",
    isas: ["vfp", "c"],
    batches: false,
    dtypes: ["f32"],
  },
  {
    name: "cortex-m7",
    description: "Arm microcontroller, scalar FPU",
    board: "mps2-an500",
    isas: ["vfp", "c"],
    batches: false,
    dtypes: ["f32"],
  },
  {
    name: "cortex-m55",
    description: "Arm microcontroller, Helium",
    board: "mps3-an547",
    isas: ["helium", "c"],
    batches: false,
    dtypes: ["f32", "f16"],
  },
];

/** The target called `name`, or a problem that names the nearest one. */
export function findTarget(name: string): Result<Target> {
  const target = targets.find((candidate) => candidate.name === name);
  if (target !== undefined) {
    return success(target);
  }
  const names = targets.map((candidate) => candidate.name);
  return failure({
    code: "unknown-target",
    path: "--target",
    message: `there is no target '${name}'; there are ${names.join(", ")}`,
    hint: meantHint(name, names, NAME_ONE),
  });
}

/** The problem with a batch for a target that takes none. */
export function refuseBatch({ name, batches }: Target, batch: number): Diagnostic[] {
  if (batches || batch === 1) {
    return [];
  }
  const able = targets.filter((target) => target.batches).map((target) => target.name);
  return [
    {
      code: "no-batches",
      path: "--batch",
      message: `${name} predicts one input after the other: batches are for ${able.join(", ")}`,
      hint: "leave out --batch",
    },
  ];
}

/** What is known of the kernels on a target, and of its memory. */
export type Measured = Omit<KernelTable, "target" | "kernels">;

const NOTHING: Measured = { figures: new Map(), unit: "instructions" };
/** The problem with storing activations as `dtype` on `target`, none where it is fine. */
export function checkActivations(target: Target, dtype: Dtype): Diagnostic[] {
  if (target.dtypes.includes(dtype)) {
    return [];
  }
  const able = targets.filter(({ dtypes }) => dtypes.includes(dtype)).map(({ name }) => name);
  return [
    {
      code: "no-halves",
      path: "--activations",
      message: `${target.name} has no fp16 arithmetic`,
      hint: `leave it out, or choose one of the targets that have it: ${able.join(", ")}`,
    },
  ];
}

/** The kernels `target` can run, those of its best instruction set first. */
export function kernelTable(
  target: Target,
  kernels: readonly Kernel[],
  measured: Measured = NOTHING,
): KernelTable {
  return {
    ...measured,
    target: target.name,
    kernels: target.isas.flatMap((isa) =>
      kernels.filter((kernel) => kernel.isa === isa && target.dtypes.includes(kernel.dtype)),
    ),
  };
}
