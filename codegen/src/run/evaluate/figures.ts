import type { ClassAnswers, RegressionAnswers } from "../../eval/answers.js";
import type { BootstrapOptions } from "../../eval/bootstrap.js";
import { type ClassEvaluation, evaluateClassifiers } from "../../eval/class-evaluation.js";
import {
  evaluateRegressions,
  type RegressionEvaluation,
} from "../../eval/regression-evaluation.js";
import { type DataSet, truthOf } from "../inputs/data-set.js";
import type { Answers } from "./predict-answers.js";
import { slice } from "./split-answers.js";

/** A model's answers to the inputs in domain and, after them, those out of domain. */
export interface Candidate {
  readonly name: string;
  readonly answers: Answers;
}

export type HeadEvaluation =
  | ({
      readonly head: "classification";
      readonly labels: readonly string[];
      /** Whether the truth is a soft label, and accuracy its expectation. */
      readonly soft: boolean;
    } & ClassEvaluation)
  | ({ readonly head: "regression" } & RegressionEvaluation);

export interface FiguresRequest {
  /** What is true of the inputs in domain. */
  readonly data: DataSet;
  readonly labels: readonly string[];
  /** The sampled predictive that divergences are from. */
  readonly reference: Candidate | undefined;
  readonly options: BootstrapOptions;
}

/** All figures of a model, of its twins and of their reference, over the same inputs. */
export function figuresOf(
  own: Candidate,
  twins: readonly Candidate[],
  { data, labels, reference, options }: FiguresRequest,
): HeadEvaluation {
  const others = reference === undefined ? twins : [...twins, reference];
  const named = <T>({ name, answers }: Candidate, as: (answers: Answers) => T) => {
    const inputs = data.images.length;
    const all = countOf(answers);
    return {
      name,
      inDomain: as(slice(answers, 0, inputs)),
      ...(all > inputs ? { outOfDomain: as(slice(answers, inputs, all)) } : {}),
    };
  };
  if (data.head === "regression") {
    const model = (candidate: Candidate) => named(candidate, asRegression);
    const from = reference && model(reference);
    const models = [model(own), ...others.map(model)] as const;
    return { head: data.head, ...evaluateRegressions(models, data.targets, from, options) };
  }
  const model = (candidate: Candidate) => named(candidate, asClasses);
  const from = reference && model(reference);
  const models = [model(own), ...others.map(model)] as const;
  const soft = data.soft !== undefined || data.draws > 1;
  const truth = truthOf(data, labels.length);
  return { head: data.head, labels, soft, ...evaluateClassifiers(models, truth, from, options) };
}

function countOf(answers: Answers): number {
  return answers.head === "classification"
    ? answers.total.length
    : answers.total.length / answers.outputs;
}

function asClasses(answers: Answers): ClassAnswers {
  if (answers.head !== "classification") {
    throw new TypeError("expected a classification");
  }
  return answers;
}

function asRegression(answers: Answers): RegressionAnswers {
  if (answers.head !== "regression") {
    throw new TypeError("expected a regression");
  }
  return answers;
}
