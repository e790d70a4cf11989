import Table from "cli-table3";
import writeFileAtomic from "write-file-atomic";
import type { Share, Shares } from "../eval/decide.js";
import { type DecidedModel, type DecideRequest, decideModel } from "../run/decide/decide.js";
import { checkWritable } from "../run/given-file.js";
import { fine, type Outcome, userError } from "./outcome.js";
import { startPhases } from "./phases.js";

/** `pfp decide`: writes a posterior file with thresholds on its uncertainties beside its weights. */
export async function decide(request: DecideRequest & { readonly out: string }): Promise<Outcome> {
  const { out } = request;
  const problems = await checkWritable(out, "--out");
  if (problems.length > 0) {
    return userError(problems);
  }
  const phases = startPhases(process.stderr);
  const result = await decideModel(request, (done, of) =>
    phases.update("predictions", done, of),
  ).finally(phases.stop);
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { file, ...decided } = result.value;
  await writeFileAtomic(out, Buffer.from(file));
  return fine(`${asText(result.value)}${out}\n`, { out, ...decided });
}

function asText({ graph, thresholds, guarantees, ...shares }: DecidedModel): string {
  const { max_epistemic, max_total } = thresholds;
  const { false_alarm: alarm, risk, coverage } = guarantees;
  const claims = [
    `known where epistemic is at most ${digits(max_epistemic)} nats: an input in domain is called unknown`,
    `  with a probability of at most ${percent(alarm.level)}, by ${alarm.inputs} inputs, on average over such samples`,
    ...(max_total === undefined
      ? ["nothing is called ambiguous: neither --risk nor --coverage was given"]
      : [`accepted where total is at most ${digits(max_total)} nats, else ambiguous:`]),
    ...(risk === undefined
      ? []
      : [
          `  at most ${percent(risk.wanted)} of those accepted are wrong, at confidence ${percent(risk.confidence)}:`,
          `  ${risk.errors} of ${risk.accepted} were, and above that risk so few have a probability of at most ${digits(risk.p_value)}`,
        ]),
    ...(coverage === undefined
      ? []
      : [
          `  an input in domain is accepted with a probability of at least ${percent(coverage.level)}, by ${coverage.inputs} inputs,`,
          "  on average over such samples",
        ]),
  ];
  const table = new Table({
    head: ["", "inputs", "accept", "ambiguous", "unknown"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  table.push(row("in domain", shares.in_domain), row("out of domain", shares.out_of_domain));
  return [
    `decisions of ${graph}\n`,
    ...claims.map((claim) => `${claim}\n`),
    `${table}\n`,
    "Out of domain this holds for inputs like the ones of --ood alone: others may be accepted more often.\n",
  ].join("");
}

function row(name: string, { inputs, accept, ambiguous, unknown }: Shares): string[] {
  return [name, String(inputs), ...[accept, ambiguous, unknown].map(shareAsText)];
}

function shareAsText({ value, low, high }: Share): string {
  return `${percent(value)}\n${percent(low).replace(" %", "")} .. ${percent(high)}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
