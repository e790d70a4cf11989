import type { TopLevelSpec } from "vega-lite";
import { DOUBTS } from "../eval/class-evaluation.js";
import type { Evaluated, Evaluation } from "../run/evaluate/evaluate.js";
import type { Answers } from "../run/evaluate/predict-answers.js";
import { svgChart } from "./svg-chart.js";

/** Inputs of each domain in a scatter plot: more only hide each other. */
const DOTS = 1000;
const HISTOGRAM_BINS = 40;

type ClassEvaluation = Extract<Evaluation, { head: "classification" }>;
type ClassAnswers = Extract<Answers, { head: "classification" }>;

interface Domain {
  readonly domain: string;
  readonly answers: ClassAnswers;
}

/** The plots of a classification by file name; a regression has none. */
export async function evaluationCharts(evaluated: Evaluated): Promise<Map<string, string>> {
  const { evaluation, inDomain, outOfDomain } = evaluated;
  const charts = new Map<string, string>();
  if (evaluation.head !== "classification" || inDomain.head !== "classification") {
    return charts;
  }
  const domains: Domain[] = [
    { domain: "in domain", answers: inDomain },
    ...(outOfDomain?.head === "classification"
      ? [{ domain: "out of domain", answers: outOfDomain }]
      : []),
  ];
  const specs: Record<string, TopLevelSpec | undefined> = {
    "reliability.svg": reliability(evaluation),
    "risk-coverage.svg": riskCoverage(evaluation),
    "uncertainties.svg": histograms(domains),
    "scatter.svg": scatter(domains),
    "shift.svg": shiftCurves(evaluation),
  };
  for (const [name, spec] of Object.entries(specs)) {
    if (spec !== undefined) {
      charts.set(name, await svgChart(spec));
    }
  }
  return charts;
}

function reliability({ reliability: bins, graph }: ClassEvaluation): TopLevelSpec {
  const diagonal = [0, 1].map((said) => ({ said, came: said }));
  const x = quantitative("said", "probability of the prediction", { domain: [0, 1] });
  const y = quantitative("came", "share that is right", { domain: [0, 1] });
  return {
    title: `${graph}: reliability, bins of equal mass`,
    width: 320,
    height: 320,
    layer: [
      {
        data: { values: diagonal },
        mark: { type: "line", color: "#999", strokeDash: [4, 4] },
        encoding: { x, y },
      },
      { data: { values: [...bins] }, mark: { type: "line", point: true }, encoding: { x, y } },
    ],
  };
}

function riskCoverage({ risk_coverage: curve, graph }: ClassEvaluation): TopLevelSpec {
  return {
    title: `${graph}: risk among those accepted, by total uncertainty`,
    width: 420,
    height: 260,
    data: { values: [...curve] },
    mark: "line",
    encoding: {
      x: quantitative("coverage", "share that is accepted"),
      y: quantitative("risk", "share of these that is wrong"),
    },
  };
}

/** Of aleatoric and epistemic, in shares of each domain. */
function histograms(domains: readonly Domain[]): TopLevelSpec {
  const values = (["aleatoric", "epistemic"] as const).flatMap((doubt) => {
    const most = Math.max(...domains.map(({ answers }) => largest(answers[doubt])));
    const width = most > 0 ? most / HISTOGRAM_BINS : 1;
    return domains.flatMap(({ domain, answers }) => {
      const shares = new Float64Array(HISTOGRAM_BINS);
      for (const value of answers[doubt]) {
        const bin = Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor(value / width)));
        (shares[bin] as number) += 1 / answers[doubt].length;
      }
      return Array.from(shares, (share, bin) => ({
        ...{ doubt, domain, share },
        ...{ low: bin * width, high: (bin + 1) * width },
      }));
    });
  });
  return {
    title: "uncertainty of the one pass",
    data: { values },
    facet: { column: { field: "doubt", type: "nominal", title: null } },
    resolve: { scale: { x: "independent" } },
    spec: {
      width: 320,
      height: 220,
      mark: { type: "bar", opacity: 0.6 },
      encoding: {
        x: { ...quantitative("low", "nats"), bin: { binned: true } },
        x2: { field: "high" },
        y: { ...quantitative("share", "share of the inputs"), stack: null },
        color: { field: "domain", type: "nominal", title: null },
      },
    },
  } as TopLevelSpec;
}

/** Aleatoric against epistemic, as Klein et al. draw it (arXiv 2511.23440). */
function scatter(domains: readonly Domain[]): TopLevelSpec {
  const values = domains.flatMap(({ domain, answers: { aleatoric, epistemic } }) => {
    const count = Math.min(DOTS, aleatoric.length);
    return Array.from({ length: count }, (_, i) => {
      const at = Math.floor((i * aleatoric.length) / count);
      return { domain, aleatoric: short(aleatoric[at]), epistemic: short(epistemic[at]) };
    });
  });
  return {
    title: "aleatoric against epistemic",
    width: 420,
    height: 420,
    data: { values },
    mark: { type: "circle", size: 12, opacity: 0.5 },
    encoding: {
      x: quantitative("aleatoric", "aleatoric, nats"),
      y: quantitative("epistemic", "epistemic, nats"),
      color: { field: "domain", type: "nominal", title: null },
    },
  };
}

function shiftCurves({ shift, graph }: ClassEvaluation): TopLevelSpec | undefined {
  if (shift === undefined) {
    return undefined;
  }
  const values = shift.flatMap((point) =>
    ["accuracy", ...DOUBTS].map((figure) => ({
      ...{ shift: point.shift, severity: point.severity, figure },
      ...point.figures[figure],
    })),
  );
  const x = {
    ...quantitative("severity", "severity"),
    axis: { values: [0, 1, 2, 3, 4, 5], format: "d" },
  };
  return {
    title: `${graph}: accuracy and doubt under shift, doubt in nats`,
    data: { values },
    facet: {
      row: { field: "figure", type: "nominal", title: null, sort: ["accuracy", ...DOUBTS] },
      column: { field: "shift", type: "nominal", title: null },
    },
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 180,
      height: 120,
      layer: [
        {
          mark: { type: "area", opacity: 0.25 },
          encoding: { x, y: quantitative("low", null), y2: { field: "high" } },
        },
        { mark: { type: "line", point: true }, encoding: { x, y: quantitative("value", null) } },
      ],
    },
  } as TopLevelSpec;
}

function quantitative(field: string, title: string | null, scale?: { domain: [number, number] }) {
  return { field, type: "quantitative" as const, title, ...(scale && { scale }) };
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function short(value = 0): number {
  return Number(value.toPrecision(4));
}
