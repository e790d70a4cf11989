import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execute } from "./layers.js";
import { temporaryFolder } from "./temporary.js";

/** One wrong line in the portable kernels. */
export interface Mutant {
  readonly name: string;
  /** Below runtime-c/src. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const LINEAR = "kernels/linear/tile_c.h";

/** What a linear kernel may forget, and how pooling may join the wrong pair. */
export const linearMutants: readonly Mutant[] = [
  {
    name: "v*mw^2",
    file: LINEAR,
    from: "tile.var[j] = pfp__fmaf(mw[j] * mw[j], v, tile.var[j]);",
    to: "",
  },
  { name: "m^2*vw", file: LINEAR, from: "m2 = pfp__fmaf(m, m, v);", to: "m2 = v;" },
  { name: "v*vw", file: LINEAR, from: "m2 = pfp__fmaf(m, m, v);", to: "m2 = m * m;" },
  {
    name: "vb",
    file: LINEAR,
    from: "tile.var[j] = panel[PFP_TILE_C + j];",
    to: "tile.var[j] = 0;",
  },
  { name: "mean bias", file: LINEAR, from: "tile.mean[j] = panel[j];", to: "tile.mean[j] = 0;" },
];
export const poolMutants: readonly Mutant[] = [
  {
    name: "joins one value twice",
    file: "kernels/maxpool2d/window_2x2.h",
    from: "pfp__gauss_load(mean + below + right, var + below + right, lanes)",
    to: "pfp__gauss_load(mean + right, var + right, lanes)",
  },
  {
    name: "swaps the variances of a pair",
    file: "vec/gauss.h",
    from: "pfp__vec_fma(big.var, pfp__vec_sub(small.var, big.var), tail.q)",
    to: "pfp__vec_fma(small.var, pfp__vec_sub(big.var, small.var), tail.q)",
  },
];

const KERNELS = {
  linear: [
    "kernels/conv2d/pfp_conv2d_det_f32_1x4_c.c",
    "kernels/conv2d/pfp_conv2d_f32_1x4_c.c",
    "kernels/dense/pfp_dense_f32_1x4_c.c",
  ],
  pool: ["kernels/maxpool2d_relu/pfp_maxpool2d_relu_f32_c.c"],
} as const;

/** Compiles the kernels with the mutant in them; gives objects to link before the library. */
export function compileMutant(
  { name, file, from, to }: Mutant,
  kernels: keyof typeof KERNELS,
): string[] {
  const folder = temporaryFolder();
  cpSync("runtime-c/src", folder, { recursive: true });
  const original = readFileSync(join(folder, file), "utf8");
  const mutated = original.replace(from, to);
  if (mutated === original) {
    throw new Error(`${name}: ${file} has no '${from}'`);
  }
  writeFileSync(join(folder, file), mutated);
  return KERNELS[kernels].map((kernel) => {
    const object = join(folder, `${basename(kernel)}.o`);
    const include = ["-Iruntime-c/include", `-I${folder}`];
    const flags = ["-std=c99", "-O1", "-DNDEBUG", "-DPFP_PLAIN_INLINE"];
    execute("gcc", [...flags, ...include, "-c", join(folder, kernel), "-o", object]);
    return object;
  });
}
