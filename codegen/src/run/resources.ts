import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the package's own files are, whatever the working directory. */
const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** A build of libpfp.a. */
export interface Library {
  readonly target: string;
  /** Its compiler; none for the board's first installed one. */
  readonly compiler?: string;
}

export const resources = {
  root,
  packageJson: join(root, "codegen/package.json"),
  training: join(root, "train"),
  templates: join(root, "templates"),
  boards: join(root, "boards"),
  kernelList: join(root, "runtime-c/include/pfp/pfp_kernels.def"),
  costs: join(root, "runtime-c/costs.json"),
  hostCosts: join(root, "runtime-c/host-costs.json"),
  sizes: join(root, "runtime-c/sizes.json"),
  include: join(root, "runtime-c/include"),
  runner: join(root, "qemu/runner/main.c"),
  timer: join(root, "qemu/runner/timer.c"),
  modelCall: join(root, "qemu/runner/model_call.h"),
  markers: join(root, "qemu/markers.h"),
  probes: join(root, "qemu/probes.h"),
  plugin: join(root, "build/qemu/libicount.so"),
  programs: join(root, "build/run"),
  evaluator: join(root, "build/host/evaluator"),
  library: ({ target, compiler }: Library) =>
    join(root, "build", [target, compiler].filter(Boolean).join("-"), "libpfp.a"),
} as const;
