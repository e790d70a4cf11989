import type { Plan, SamplingPlan } from "../plan/plan.js";
import { drawCall, layerCall, mixtureCall, passCalls } from "./calls.js";
import { layerInRange, squaresInRange } from "./in-range.js";
import type { Names } from "./names.js";
import type { SamplingHeaderView, SamplingView } from "./views.js";

const FLOAT_BYTES = 4;

/** ` (30 passes, weights drawn)`, for the head of files; empty in other modes. */
export function describeSampling(sampling: SamplingPlan | undefined): string {
  if (sampling === undefined) {
    return "";
  }
  const { samples, draw } = sampling;
  const drawn = draw === "beforehand" ? "weights drawn beforehand" : `${draw} drawn`;
  return ` (${samples} passes, ${drawn})`;
}

export function drawsBeforehand(sampling: SamplingPlan | undefined): boolean {
  return sampling?.draw === "beforehand";
}

/** The parameters of NAME_predict. */
export function parameters(sampling: SamplingPlan | undefined, { prefix }: Names): string {
  const draws = drawsBeforehand(sampling) ? ["const void *drawn"] : ["pfp_normal_state *state"];
  return [
    ...["void *arena", "size_t arena_bytes", "const float *input"],
    ...(sampling === undefined ? [] : draws),
    `${prefix}_output *out`,
  ].join(", ");
}

/** Whether one of them is NULL, in C. */
export function nullCheck(sampling: SamplingPlan | undefined): string {
  const draws = sampling === undefined ? [] : [sourceOf(sampling)];
  return ["arena", "input", ...draws, "out"].map((name) => `${name} == NULL`).join(" || ");
}

/** Whether one of them is misaligned, in C. */
export function alignCheck(sampling: SamplingPlan | undefined, { upper }: Names): string {
  const aligned = drawsBeforehand(sampling) ? ["arena", "drawn"] : ["arena"];
  return [
    ...aligned.map((name) => `(uintptr_t)${name} % ${upper}_ARENA_ALIGN != 0`),
    "(uintptr_t)input % sizeof(float) != 0",
  ].join(" || ");
}

/** The view of what model.h says of sampling. */
export function samplingHeader(sampling: SamplingPlan | undefined): SamplingHeaderView {
  if (sampling === undefined) {
    return { samples: 0, drawnBytes: 0, what: "", source: "" };
  }
  const { samples, passBytes, draw } = sampling;
  return {
    samples,
    drawnBytes: samples * passBytes,
    what: draw === "activations" ? draw : "weights",
    source: `\`${sourceOf(sampling)}\``,
  };
}

/** The view of what model.c does in the passes. */
export function samplingView(plan: Plan, names: Names): SamplingView {
  const { layers, sampling } = plan;
  if (sampling === undefined) {
    return {
      ...{ passFloats: 0, drawnPlaces: [], drawCalls: [], layers: [] },
      ...{ passCalls: "", squaresInRange: "", degrees: "", mixtureCall: "" },
    };
  }
  const beforehand = layers.flatMap((layer) =>
    layer.draw?.where === "beforehand" ? [{ layer, draw: layer.draw }] : [],
  );
  return {
    passFloats: sampling.passBytes / FLOAT_BYTES,
    drawnPlaces: beforehand.map(({ layer, draw: { offset, length } }) => ({
      identifier: names.drawnPlace(layer.name),
      offset: offset / FLOAT_BYTES,
      bytes: length * FLOAT_BYTES,
      comment: `[${length}]`,
    })),
    drawCalls: beforehand.map(({ layer, draw }) => ({ call: drawCall(layer, draw, names, 2) })),
    layers: layers.slice(sampling.first).map((layer) => ({
      ...layerCall(layer, names, 2),
      inRange: layerInRange(layer, plan, names),
    })),
    passCalls: passCalls(plan, sampling, names),
    squaresInRange: squaresInRange(plan),
    degrees: `${Math.max(1, sampling.samples - 1)}.0f`,
    mixtureCall: mixtureCall(sampling, names),
  };
}

/** The parameter that the draws come from. */
function sourceOf(sampling: SamplingPlan): string {
  return drawsBeforehand(sampling) ? "drawn" : "state";
}
