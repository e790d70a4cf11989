import { z } from "zod";
import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";
import { DTYPES, type Kernel, TIERS, WEIGHT_FORMATS } from "../ir/kernel-table.js";

const count = z.string().regex(/^\d+$/).transform(Number);

/** The arguments of one PFP_KERNEL(...) line, in order. */
const kernelArguments = z.tuple([
  z.string().regex(/^pfp_[a-z0-9_]+$/),
  z.enum([
    "dense",
    "dense_batch",
    "conv2d",
    "conv2d_maxpool2d_relu",
    "relu",
    "widen",
    "narrow",
    "maxpool2d",
    "maxpool2d_relu",
    "finite",
    "input",
    "covariance",
    "classify",
    "softmax",
    "normal",
    "draw",
    "reparameterize",
    "accumulate",
    "mixture",
  ]),
  z.enum(["general", "det", "exact", "sampled"]),
  z.enum(["any", ...TIERS]),
  z.enum(DTYPES),
  z.enum([...WEIGHT_FORMATS, "none"]),
  count,
  count,
  z.string().regex(/^[a-z0-9]+$/),
  z.enum(["none", "input", "patch", "patches", "row", "planes", "strip"]),
  z.enum(["any", "planar"]),
]);

/** Reads runtime-c/include/pfp/pfp_kernels.def, one kernel a line. */
export function parseKernelList(text: string): Result<Kernel[]> {
  const kernels: Kernel[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!line.startsWith("PFP_KERNEL(")) {
      continue;
    }
    const kernel = parseLine(line);
    if (kernel === undefined) {
      problems.push({
        code: "bad-kernel-list",
        path: `pfp_kernels.def:${index + 1}`,
        message: `expected PFP_KERNEL(symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs), found ${line}`,
        hint: "this file belongs to pfp: install it again",
      });
    } else {
      kernels.push(kernel);
    }
  }
  return problems.length > 0 ? failure(...problems) : success(kernels);
}

function parseLine(line: string): Kernel | undefined {
  const inside = /^PFP_KERNEL\(([^()]*)\)\s*$/.exec(line)?.[1] ?? "";
  const parsed = kernelArguments.safeParse(inside.split(",").map((argument) => argument.trim()));
  if (!parsed.success) {
    return undefined;
  }
  const [symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs] = parsed.data;
  return { symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs };
}
