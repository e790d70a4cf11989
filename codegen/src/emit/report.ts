import type { Decision } from "../ir/decision.js";
import { INPUT } from "../ir/graph.js";
import { dtypeBytes } from "../ir/kernel-table.js";
import { elements } from "../ir/shapes.js";
import type { InputPlan, LayerPlan, Plan, SamplingPlan, ValuePlace } from "../plan/plan.js";
import { listConstants } from "./constants.js";
import type { LayerReport, ModelDescription, Report, SamplingReport } from "./generation.js";
import type { Names } from "./names.js";
import type { Identity } from "./view-models.js";

/** What the command needs to know of a generated model. */
export function describeModel(plan: Plan, names: Names): ModelDescription {
  const { shape } = plan.input;
  return {
    name: names.prefix,
    graph: plan.graph,
    input: { shape, length: elements(shape) },
    head: plan.head.kind === "regression" ? "regression" : "classification",
    outputs: plan.head.input.length,
    labels: plan.head.kind === "regression" ? [] : plan.head.labels,
    decides: plan.decision !== undefined,
  };
}

/** The content of report.json. */
export function makeReport(plan: Plan, names: Names, identity: Identity): Report {
  const layers = [reportInput(plan.input), ...plan.layers.map(reportLayer)];
  const constants = listConstants(plan, names);
  return {
    name: names.prefix,
    graph: plan.graph,
    ...(plan.calibration && { calibration: plan.calibration }),
    target: plan.target,
    mode: plan.mode,
    ...(plan.sampling === undefined ? {} : { sampling: reportSampling(plan.sampling) }),
    tier: plan.tier,
    weights: plan.weights,
    activations: plan.activations,
    points: plan.points,
    trace: plan.trace,
    ...(plan.batch === 1 ? {} : { batch: plan.batch }),
    tool_version: identity.toolVersion,
    posterior_sha256: identity.posteriorSha256,
    generation: identity.generation,
    weights_hash: identity.weightsHash,
    ...(plan.decision && { decision: reportDecision(plan.decision) }),
    arena_bytes: plan.arenaBytes,
    weight_bytes: constants.reduce((sum, { values }) => sum + values.byteLength, 0),
    multiply_adds: layers.reduce((sum, layer) => sum + layer.multiply_adds, 0),
    layers,
  };
}

function reportDecision({ maxEpistemic, maxTotal }: Decision) {
  return {
    max_epistemic: maxEpistemic,
    ...(maxTotal === undefined ? {} : { max_total: maxTotal }),
  };
}

function reportSampling({ samples, draw, passBytes }: SamplingPlan): SamplingReport {
  return { samples, draw, drawn_bytes: samples * passBytes };
}

function reportInput(input: InputPlan): LayerReport {
  const { kernel, shape, shift } = input;
  return {
    name: INPUT,
    op: kernel.op,
    kernel: kernel.symbol,
    input_shape: shape,
    output_shape: shape,
    weight_bytes: shift.byteLength,
    output_bytes: input.how === "copied" ? valueBytes(input.output) : 0,
    multiply_adds: 0,
  };
}

function reportLayer(layer: LayerPlan): LayerReport {
  return {
    name: layer.name,
    op: layer.op,
    kernel: layer.kernel.symbol,
    input_shape: layer.inputShape,
    output_shape: layer.outputShape,
    weight_bytes: layer.weights?.byteLength ?? 0,
    ...(layer.section === undefined ? {} : { section: layer.section }),
    output_bytes: valueBytes(layer.output),
    multiply_adds: layer.multiplyAdds,
  };
}

function valueBytes(place: ValuePlace): number {
  return (
    (place.var === undefined ? 1 : 2) * (place.count ?? 1) * place.length * dtypeBytes[place.dtype]
  );
}

/** A report as text, shapes on one line each. */
export function renderReport(report: Report): string {
  const text = JSON.stringify(report, undefined, 2);
  const compact = text.replace(/\[\n[\d,\s]+\]/g, (shape) => JSON.stringify(JSON.parse(shape)));
  return `${compact}\n`;
}
