import { minimize } from "./nelder-mead.js";

/** A factor on the variances of each layer's weights, in the order of the layers, and a temperature. */
export interface FittedCalibration {
  readonly factors: readonly number[];
  readonly temperature: number;
}

/** What leaves a network as it was trained. */
export function noCalibration(layers: number): FittedCalibration {
  return { factors: Array.from({ length: layers }, () => 1), temperature: 1 };
}

export interface FitOptions {
  /** Inputs that the loss is a mean over. */
  readonly inputs: number;
  /** Whether the temperature is fitted too; a regression has none. */
  readonly withTemperature: boolean;
  readonly start: FittedCalibration;
}

/** Logarithms: the first simplex changes a factor by a third; a percent is near enough at the end. */
const STEP = 0.3;
const TOLERANCE = 0.01;
const EVALUATIONS_PER_NUMBER = 60;

/**
 * The calibration of least loss, in nats an input. Logarithms of factors and temperature have a normal
 * prior of mean 0 and sd 1, so that what the data do not tell stays near 1: the loss of `inputs` inputs
 * gains sum(log^2) / 2.
 */
export async function fitCalibration(
  loss: (calibration: FittedCalibration) => Promise<number>,
  { inputs, withTemperature, start }: FitOptions,
): Promise<FittedCalibration> {
  const layers = start.factors.length;
  const calibrationAt = (logs: readonly number[]): FittedCalibration => ({
    factors: logs.slice(0, layers).map(Math.exp),
    temperature: Math.exp(logs[layers] ?? 0),
  });
  const logs = [...start.factors, ...(withTemperature ? [start.temperature] : [])].map(Math.log);
  const { x } = await minimize(
    async (at) => {
      const prior = at.reduce((sum, log) => sum + (log * log) / 2, 0) / inputs;
      return (await loss(calibrationAt(at))) + prior;
    },
    logs,
    {
      step: STEP,
      tolerance: TOLERANCE,
      mostEvaluations: EVALUATIONS_PER_NUMBER * (logs.length + 1),
    },
  );
  return calibrationAt(x);
}
