import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { failure, type Result, success } from "../../diagnostics.js";
import {
  defaultThresholds,
  type Findings,
  judge,
  type Thresholds,
  type Verdict,
} from "../../eval/certificate.js";
import { Random } from "../../eval/random.js";
import { type ContentHashes, contentHashes } from "../../import/content-hashes.js";
import { elements, shapesOf } from "../../ir/shapes.js";
import { readGraph } from "../evaluator/read-graph.js";
import { withStoredInputs } from "../evaluator/stored-inputs.js";
import { readGiven } from "../given-file.js";
import { readDataSet } from "../inputs/data-set.js";
import { readModelFile } from "../model-file.js";
import { readToolVersion } from "../tool-version.js";
import { findAll } from "./findings.js";

export interface CertifyRequest {
  readonly model: string;
  readonly data: string;
  /** Inputs that are drawn from the data, all where it has fewer. */
  readonly images: number;
  readonly samples: number;
  readonly seed: number;
  readonly thresholds: Partial<Thresholds>;
}

/** What a safety file can hold. */
export interface Certificate extends Findings, ContentHashes {
  readonly schema: 1;
  readonly tool_version: string;
  readonly data_sha256: string;
  readonly images: number;
  readonly samples: number;
  readonly seed: number;
  readonly thresholds: Thresholds;
  readonly verdict: Verdict;
}

/** Compares a model's pass with draws of its weights on some inputs of the user's data. */
export async function certifyModel(
  request: CertifyRequest,
  onProgress: (draws: number, of: number) => void,
): Promise<Result<Certificate>> {
  const { model, data, samples, seed } = request;
  const graph = await readGraph(model);
  if (!graph.ok) {
    return graph;
  }
  const trained = await readGraph(model, false);
  if (!trained.ok) {
    return trained;
  }
  const { shape } = graph.value.input;
  const length = elements(shape);
  const outputs = elements(shapesOf(graph.value).get(graph.value.head.input) ?? []);
  const form = { head: graph.value.head.kind, outputs, input: { shape, length } };
  const set = await readDataSet(data, form);
  if (!set.ok) {
    return set;
  }
  const all = set.value.images;
  const chosen = [...new Random(seed).permutation(all.length)].slice(0, request.images);
  const inputs = Float32Array.from(chosen.flatMap((i) => [...(all[i]?.values ?? [])]));
  const findings = await withStoredInputs(inputs, length, (stored) =>
    findAll(graph.value, trained.value, stored, {
      ...{ draws: samples, seed },
      onProgress: (done) => onProgress(done, samples),
    }),
  );
  if (!findings.ok) {
    return findings;
  }
  const thresholds = { ...defaultThresholds, ...request.thresholds };
  const hashes = await hashesOf(model);
  if (!hashes.ok) {
    return hashes;
  }
  return success({
    schema: 1,
    tool_version: await readToolVersion(),
    ...hashes.value,
    data_sha256: createHash("sha256")
      .update(await readFile(data))
      .digest("hex"),
    ...{ images: chosen.length, samples, seed, thresholds },
    verdict: judge(findings.value, thresholds),
    ...findings.value,
  });
}

async function hashesOf(model: string): Promise<Result<ContentHashes>> {
  const file = await readModelFile(model);
  return file.ok ? success(contentHashes(file.value)) : file;
}

const certified = z.looseObject({
  schema: z.literal(1),
  tool_version: z.string(),
  weights_sha256: z.string(),
  metadata_sha256: z.string(),
  verdict: z.object({ holds: z.boolean(), reasons: z.array(z.string()) }),
});

/** The certificate in a file, if it is one of this model. */
export async function verifyCertificate(
  model: string,
  path: string,
): Promise<Result<z.infer<typeof certified>>> {
  const text = await readGiven(path, "unreadable-certificate", "what pfp certify wrote");
  if (!text.ok) {
    return text;
  }
  const graph = await readGraph(model);
  if (!graph.ok) {
    return graph;
  }
  const certificate = certified.safeParse(parsed(text.value.toString()));
  if (!certificate.success) {
    const message = "is no certificate of pfp";
    const hint = "give the JSON that pfp certify wrote with --out";
    return failure({ code: "bad-certificate", path, message, hint });
  }
  const hashes = await hashesOf(model);
  if (!hashes.ok) {
    return hashes;
  }
  const parts = [
    ["weights_sha256", "weights"],
    ["metadata_sha256", "metadata: graph, calibration or provenance"],
  ] as const;
  const other = parts.filter(([key]) => certificate.data[key] !== hashes.value[key]);
  return other.length === 0
    ? success(certificate.data)
    : failure(
        ...other.map(([key, what]) => ({
          code: "other-model",
          path: model,
          message: `its ${what} are not what ${path} certifies: ${key} is ${hashes.value[key]}`,
          hint: "certify this model on your data",
        })),
      );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
