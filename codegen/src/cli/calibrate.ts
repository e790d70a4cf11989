import Table from "cli-table3";
import writeFileAtomic from "write-file-atomic";
import {
  type CalibrateRequest,
  type CalibrationReport,
  type CalibrationScores,
  calibrateModel,
} from "../run/calibration/calibrate.js";
import { checkWritable } from "../run/given-file.js";
import { fine, type Outcome, userError } from "./outcome.js";
import { type Progress, startProgress } from "./progress.js";
import { COMPACT } from "./table-style.js";

/** `pfp calibrate`: writes a posterior file with variance factors and a temperature beside its weights. */
export async function calibrate(
  request: CalibrateRequest & { readonly out: string },
): Promise<Outcome> {
  const { out } = request;
  const problems = await checkWritable(out, "--out");
  if (problems.length > 0) {
    return userError(problems);
  }
  const shown = new Map<string, Progress>();
  const result = await calibrateModel(request, (what, done, of) => {
    const progress = shown.get(what) ?? startProgress(of, process.stderr, what);
    shown.set(what, progress);
    progress.update(done);
    if (done === of) {
      progress.stop();
    }
  }).finally(() => {
    for (const progress of shown.values()) {
      progress.stop();
    }
  });
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { report, file } = result.value;
  await writeFileAtomic(out, Buffer.from(file));
  return fine(`${reportAsText(report)}${out}\n`, { out, ...report });
}

function reportAsText(report: CalibrationReport): string {
  const { objective, inputs, folds, calibration, before, held_out, after, gain } = report;
  const factors = new Table({ head: ["layer", "factor on its variances"], ...COMPACT });
  factors.push(
    ...Object.entries(calibration.factors).map(([layer, factor]) => [layer, factor.toPrecision(3)]),
    ["temperature of the logits", calibration.temperature.toPrecision(3)],
  );
  const loss = objective === "nll" ? "NLL, nats" : "KL from the draws, nats";
  const table = new Table({ head: ["", loss, "accuracy", "ECE"], ...COMPACT });
  table.push(
    row("as trained", before),
    row(`calibrated, held out in ${folds} folds`, held_out),
    row("calibrated, the inputs of the fit", after),
  );
  const change = `${gain.mean.toPrecision(2)} +- ${gain.standard_error.toPrecision(2)}`;
  const verdict =
    gain.mean + 2 * gain.standard_error < 0
      ? "a gain that inputs outside the fit share"
      : "no sure gain on inputs outside the fit: the model is better left as it is";
  const of = `${objective} over ${inputs} inputs`;
  return `${of}\n${factors}\n${table}\nchange held out: ${change} nats, ${verdict}\n`;
}

function row(name: string, { loss, accuracy, ece }: CalibrationScores): string[] {
  const percent = (share: number | undefined) =>
    share === undefined ? "" : `${(100 * share).toFixed(2)} %`;
  return [name, loss.toPrecision(4), percent(accuracy), percent(ece)];
}
