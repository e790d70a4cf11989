import type { ClassAnswers } from "./answers.js";
import { calibrationError, classForecasts } from "./calibration.js";
import { predictedClasses } from "./class-scores.js";
import type { Truth } from "./truth.js";

/** What holds of one class. Where the truth is soft, its shares count. */
export interface ClassFigures {
  /** Inputs of this class. */
  readonly inputs: number;
  /** Share of them that is predicted as it. */
  readonly recall: number;
  /** Share of those predicted as it that are of it. */
  readonly precision: number;
  /** Of this class's probability. */
  readonly ece: number;
  /** Means over the inputs of this class, in nats. */
  readonly aleatoric: number;
  readonly epistemic: number;
}

/** One entry a class; NaN for what a class without inputs or predictions does not have. */
export function classFigures(answers: ClassAnswers, truth: Truth): ClassFigures[] {
  const { probability, classes, aleatoric, epistemic } = answers;
  const predicted = predictedClasses(probability, classes);
  return classForecasts(probability, truth, classes).map((own, c): ClassFigures => {
    let [inputs, found, said, doubt, novelty] = [0, 0, 0, 0, 0];
    for (let i = 0; i < predicted.length; i++) {
      const share = truth[i * classes + c] as number;
      inputs += share;
      doubt += share * (aleatoric[i] as number);
      novelty += share * (epistemic[i] as number);
      if (predicted[i] === c) {
        said++;
        found += share;
      }
    }
    return {
      inputs,
      recall: found / inputs,
      precision: found / said,
      ece: calibrationError(own),
      aleatoric: doubt / inputs,
      epistemic: novelty / inputs,
    };
  });
}
