import { join } from "node:path";
import type { Generation, Report } from "../generate.js";
import type { AutoRequest } from "../run/auto-request.js";
import { type ModelRequest, prepareModel } from "../run/prepare.js";
import { type Budget, overBudget, resourcesTable } from "./budget.js";
import { explanation } from "./explain.js";
import { EXIT, fine, type Outcome, userError } from "./outcome.js";
import { staleFiles, writeFiles } from "./output-files.js";
import { withSettledWeights } from "./weights-choice.js";

type CompileOptions = Budget & {
  readonly out: string;
  readonly check: boolean;
  readonly explain: boolean;
};

export type CompileRequest = AutoRequest & CompileOptions;

/** `pfp compile`: writes the files of a model, or with --check compares them with the disk. */
export async function compile(request: CompileRequest): Promise<Outcome> {
  return withSettledWeights(request, (weights) => compileModel({ ...request, weights }));
}

async function compileModel(options: ModelRequest & CompileOptions): Promise<Outcome> {
  const prepared = await prepareModel(options);
  if (!prepared.ok) {
    return userError(prepared.diagnostics);
  }
  const { generation, board } = prepared.value;
  const { resources, choices } = generation;
  const excess = overBudget(resources, options);
  if (excess.length > 0) {
    return {
      exitCode: EXIT.userError,
      text: () => resourcesTable(resources),
      json: { errors: excess, resources },
      problems: excess,
    };
  }
  if (options.check) {
    return check(options.out, generation);
  }
  const written = await writeFiles(options.out, generation.files);
  if (!written.ok) {
    return userError(written.diagnostics);
  }
  const { graph, target } = generation.report;
  const names = generation.files.map(({ name }) => name);
  return fine(
    [
      `${graph} for ${target}\n`,
      calibrationLine(generation.report, options),
      ...(options.explain ? [explanation(choices), "\n"] : []),
      resourcesTable(resources),
      ...names.map((name) => `${join(options.out, name)}\n`),
    ].join(""),
    {
      ...{
        out: options.out,
        files: names,
        board: board.name,
        report: generation.report,
        resources,
      },
      ...(options.explain ? { choices } : {}),
    },
  );
}

async function check(out: string, { files }: Generation): Promise<Outcome> {
  const stale = await staleFiles(out, files);
  if (stale.length === 0) {
    return fine(`${out} is up to date\n`, { out, stale });
  }
  return {
    exitCode: EXIT.stale,
    text: () => "",
    json: { out, stale },
    problems: stale.map((name) => ({
      code: "stale",
      path: join(out, name),
      message: "differs from what would be written",
      hint: "run the same command without --check",
    })),
  };
}

/** What was done about a calibration; nothing to say where the file holds none. */
function calibrationLine({ calibration }: Report, options: ModelRequest): string {
  if (options["no-calibration"] === true) {
    return "without calibration\n";
  }
  if (calibration === undefined) {
    return "";
  }
  const factors = Object.entries(calibration.factors).map(
    ([layer, factor]) => `${layer} ${factor.toPrecision(3)}`,
  );
  const of = factors.length > 0 ? `variances times ${factors.join(", ")}; ` : "";
  return `calibrated: ${of}temperature ${calibration.temperature.toPrecision(3)}\n`;
}
