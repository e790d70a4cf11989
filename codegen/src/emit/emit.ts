import { type Result, success } from "../diagnostics.js";
import type { Plan } from "../plan/plan.js";
import { renderBindings } from "./bindings.js";
import type { Emission, GeneratedFile, Templates } from "./generation.js";
import { sha256, shortHash } from "./hash.js";
import { checkModelName } from "./identifiers.js";
import { chooseNames, type Names } from "./names.js";
import { render } from "./render.js";
import { describeModel, makeReport, renderReport } from "./report.js";
import { commonView, headerView, type Identity, sourceView } from "./view-models.js";
import { weightsFiles } from "./weights-files.js";

export interface EmitOptions {
  /** Prefix of the C names and files. */
  readonly name: string;
  readonly toolVersion: string;
  readonly templates: Templates;
}

/**
 * Writes a plan as files. Two hashes hold them together: `weightsHash` covers the weights file,
 * so that it stays as it is when only other files change; `generation` covers all files. Each is
 * computed over contents in which it is itself left empty.
 */
export function emit(plan: Plan, posterior: Uint8Array, options: EmitOptions): Result<Emission> {
  const name = checkModelName(options.name);
  if (!name.ok) {
    return name;
  }
  const { toolVersion, templates } = options;
  const names = chooseNames(plan, options.name);
  const unsigned: Identity = {
    toolVersion,
    posteriorSha256: sha256(posterior),
    generation: "",
    weightsHash: "",
  };
  const weights = weightsFiles(plan, names, unsigned, templates);
  const { weightsHash } = weights;
  const others = (identity: Identity) => renderOthers(plan, names, identity, templates);
  const draft = [...weights.files, ...others({ ...unsigned, weightsHash })];
  const generation = shortHash(...draft.map(({ content }) => content));
  const identity: Identity = { ...unsigned, weightsHash, generation };
  return success({
    files: [...weights.files, ...others(identity)],
    model: describeModel(plan, names),
    report: makeReport(plan, names, identity),
  });
}

/** All files but the weights. */
function renderOthers(
  plan: Plan,
  names: Names,
  identity: Identity,
  templates: Templates,
): GeneratedFile[] {
  const { prefix } = names;
  const report = makeReport(plan, names, identity);
  const source = sourceView(plan, names, identity);
  return [
    { name: `${prefix}.h`, content: render(templates.header, headerView(plan, names, identity)) },
    { name: `${prefix}.c`, content: render(templates.source, source, templates.sourceParts) },
    { name: "CMakeLists.txt", content: render(templates.cmake, commonView(plan, names, identity)) },
    { name: `${prefix}.d.ts`, content: renderBindings(plan, names, identity) },
    { name: "report.json", content: renderReport(report) },
  ];
}
