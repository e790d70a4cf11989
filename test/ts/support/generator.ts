import { readFileSync } from "node:fs";
import type { Result } from "../../../codegen/src/diagnostics.js";
import {
  defaults,
  type GenerateOptions,
  type Generation,
  generate,
} from "../../../codegen/src/generate.js";
import { importPosterior } from "../../../codegen/src/import/import-posterior.js";
import type { Graph } from "../../../codegen/src/ir/graph.js";
import type { KernelTable } from "../../../codegen/src/ir/kernel-table.js";
import { validate } from "../../../codegen/src/ir/validate.js";
import { readTemplates } from "../../../codegen/src/run/templates.js";
import { parseKernelList } from "../../../codegen/src/target/kernel-list.js";
import { findTarget, kernelTable } from "../../../codegen/src/target/targets.js";
import { type Posterior, posteriorFile } from "../../../scripts/posterior/posterior-file.js";
import { unwrap } from "./predict.js";

export { unwrap };

/** What a target can run, from the list that ships. */
export function kernelsOf(target: string): KernelTable {
  const list = readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8");
  return kernelTable(unwrap(findTarget(target)), unwrap(parseKernelList(list)));
}

export const templates = await readTemplates();

/** A posterior's graph, imported and validated. */
export function graphOf(posterior: Posterior): Graph {
  return unwrap(validate(unwrap(importPosterior(posteriorFile(posterior)))));
}

/** Generates with the templates that ship and the command's defaults; from a table or a target's. */
export function generateWith(
  file: Uint8Array,
  options: Partial<GenerateOptions> = {},
  target: string | KernelTable = "host",
): Result<Generation> {
  return generate(
    file,
    { ...defaults, toolVersion: "1.2.3", templates, ...options },
    typeof target === "string" ? kernelsOf(target) : target,
  );
}
