import Table from "cli-table3";
import writeFileAtomic from "write-file-atomic";
import type { Thresholds } from "../eval/certificate.js";
import { type Certificate, certifyModel, verifyCertificate } from "../run/certificate/certify.js";
import { checkWritable } from "../run/given-file.js";
import { EXIT, fine, type Outcome, userError } from "./outcome.js";
import { type Progress, startProgress } from "./progress.js";
import { COMPACT } from "./table-style.js";

export interface CertifyOptions {
  readonly model: string;
  readonly data?: string;
  readonly images: number;
  readonly samples: number;
  readonly seed: number;
  readonly threshold?: Partial<Thresholds>;
  readonly out?: string;
  readonly verify?: string;
}

/**
 * `pfp certify`: how far the pass is from draws of the weights on the user's data, and why; exit code 1
 * where it breaks a threshold. With --verify, whether a certificate is of this model.
 */
export async function certify(options: CertifyOptions): Promise<Outcome> {
  const { model, data, out, verify } = options;
  if (verify !== undefined) {
    return verified(model, verify);
  }
  if (data === undefined) {
    const message = "certifying needs inputs as they come in the field";
    const hint = "give --data D.npz, or --verify with a certificate";
    return userError([{ code: "no-data", path: "--data", message, hint }]);
  }
  const problems = out === undefined ? [] : await checkWritable(out, "--out");
  if (problems.length > 0) {
    return userError(problems);
  }
  let progress: Progress | undefined;
  const request = { ...options, data, thresholds: options.threshold ?? {} };
  const result = await certifyModel(request, (done, of) => {
    progress ??= startProgress(of, process.stderr, "draws");
    progress.update(done);
  }).finally(() => progress?.stop());
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const certificate = result.value;
  if (out !== undefined) {
    await writeFileAtomic(out, `${JSON.stringify(certificate, undefined, 2)}\n`);
  }
  const text = `${certificateAsText(certificate)}${out === undefined ? "" : `${out}\n`}`;
  return {
    ...fine(text, certificate),
    exitCode: certificate.verdict.holds ? EXIT.fine : EXIT.userError,
  };
}

async function verified(model: string, path: string): Promise<Outcome> {
  const result = await verifyCertificate(model, path);
  if (!result.ok) {
    return userError(result.diagnostics);
  }
  const { verdict, tool_version } = result.value;
  const says = verdict.holds ? "the pass stands for sampling" : "the pass does not hold";
  const text = `${path} is of ${model}, by pfp ${tool_version}: ${says}\n${lines(verdict.reasons)}`;
  return fine(text, { model, certificate: path, verdict });
}

function certificateAsText(certificate: Certificate): string {
  const { layers, final, sources, equivalent_samples, verdict, images, samples } = certificate;
  const checks = new Table({
    head: ["layer", "op", "mean error, sd", "variance, drawn / pass", "correlation ignored"].concat(
      ["skewness", "excess kurtosis", "Wasserstein, sd"],
    ),
    colAligns: ["left", "left", ...Array.from({ length: 6 }, () => "right" as const)],
    ...COMPACT,
  });
  for (const layer of layers.filter(({ op }) => op !== "flatten")) {
    const { mean_error, var_ratio, correlation, skewness, excess_kurtosis, wasserstein } = layer;
    const figures = [mean_error, var_ratio, correlation, skewness, excess_kurtosis, wasserstein];
    checks.push([layer.name, layer.op, ...figures.map((figure) => figure.toFixed(3))]);
  }
  const origins = new Table({
    head: ["where", "what is assumed", "adds to the divergence, nats"],
    colAligns: ["left", "left", "right"],
    ...COMPACT,
  });
  origins.push(...sources.map(({ layer, assumption, kl }) => [layer, assumption, kl.toFixed(5)]), [
    "in all",
    "",
    final.kl.toFixed(5),
  ]);
  const worth = equivalent_samples === undefined ? "" : `${worthInWords(equivalent_samples)}\n`;
  return [
    `${images} inputs, ${samples} draws of the weights\n`,
    `${checks}\n${origins}\n${worth}`,
    `${verdict.holds ? "holds" : "does not hold"}:\n${lines(verdict.reasons)}`,
  ].join("");
}

function worthInWords({
  samples: { value, low, high },
  most,
}: NonNullable<Certificate["equivalent_samples"]>): string {
  const least = value >= most ? "at least " : "";
  const interval =
    low === undefined || high === undefined
      ? ""
      : ` (95 %: ${Math.round(low)} to ${Math.round(high)})`;
  return `sampling comes nearer to the truth than one pass from ${least}${Math.round(value)} draws on${interval}`;
}

function lines(reasons: readonly string[]): string {
  return reasons.map((reason) => `- ${reason}\n`).join("");
}
