import yargs, { type Argv } from "yargs";
import { defaults } from "../defaults.js";
import { DTYPES, MODES, TIERS, WEIGHT_FORMATS } from "../ir/kernel-table.js";
import { DEFAULT_SAMPLES, DRAWS } from "../ir/sampling.js";
import { AUTO, type AutoRequest } from "../run/auto-request.js";
import type { BenchRequest } from "../run/bench/bench.js";
import type { CalibrateRequest } from "../run/calibration/calibrate.js";
import { OBJECTIVES } from "../run/calibration/objectives.js";
import type { DecideRequest } from "../run/decide/decide.js";
import { TRAINING_OPTIONS, type TrainingRequest } from "../run/training.js";
import type { CertifyOptions } from "./certify.js";
import type { CompileRequest } from "./compile.js";
import type { EvalRequest } from "./eval.js";
import {
  againstOption,
  batchesOption,
  bytesOption,
  checkpointsOption,
  countOption,
  flag,
  listOption,
  maxDriftOption,
  placeOption,
  pointsOption,
  shareOption,
  textOption,
  thresholdOption,
} from "./option-kinds.js";

/** What a command line asks for. */
export type Request = { readonly json: boolean } & (
  | { readonly verb: "inspect"; readonly model: string }
  | ({ readonly verb: "compile" } & CompileRequest)
  | ({
      readonly verb: "run";
      readonly input: readonly string[];
      readonly start: number;
      readonly count?: number;
    } & AutoRequest)
  | ({ readonly verb: "bench"; readonly svg?: string } & BenchRequest)
  | ({ readonly verb: "certify" } & CertifyOptions)
  | ({ readonly verb: "calibrate"; readonly out: string } & CalibrateRequest)
  | ({ readonly verb: "eval" } & EvalRequest)
  | ({ readonly verb: "decide"; readonly out: string } & DecideRequest)
  | ({ readonly verb: "train" } & TrainingRequest)
  | { readonly verb: "targets" }
);

/** The verbs, for the nearest name of a mistyped one. */
export const VERBS = [
  "inspect",
  "train",
  "calibrate",
  "compile",
  "run",
  "bench",
  "eval",
  "certify",
  "decide",
  "targets",
] as const;

/** The options of all verbs, likewise. */
export const OPTIONS = [
  ...[
    "activations",
    "against",
    "batch",
    "board",
    "bootstrap",
    "calibration",
    "check",
    "compiler",
    "confidence",
    "costs",
    "count",
    "coverage",
    "data",
    "draw",
  ],
  ...[
    "explain",
    "false-alarm",
    "folds",
    "help",
    "images",
    "input",
    "json",
    "limit",
    "max-arena",
    "max-drift",
    "max-flash",
    "max-stack",
  ],
  ...[
    "mode",
    "name",
    "no-calibration",
    "objective",
    "ood",
    "out",
    "place",
    "plots",
    "points",
    "risk",
    "samples",
    "seed",
    "shift",
    "start",
    "svg",
    "target",
    "threshold",
    "tier",
  ],
  ...["trace", "verify", "version", "weights"],
  ...["resume", "keep-checkpoint"],
  ...Object.keys(TRAINING_OPTIONS),
] as const;

/**
 * Reads a command line. Prints and exits for --help and --version.
 *
 * @throws with yargs' message when the command line is wrong; see usage-problem.ts
 */
export async function parseArguments(words: readonly string[], version: string): Promise<Request> {
  const { _: verbs, $0: _program, ...options } = await parser(words, version).parseAsync();
  return { ...options, verb: verbs[0] } as unknown as Request;
}

function parser(words: readonly string[], version: string) {
  return yargs([...words])
    .scriptName("pfp")
    .usage("$0 <command>\n\nTurns a trained Bayesian network into C that predicts with its doubt.")
    .command("inspect <model>", "show layers, shapes, sizes and standard deviations", modelFile)
    .command("train", "train a posterior on your data, in Python", trainOptions)
    .command(
      "calibrate <model>",
      "fit the variances and a temperature to data that the training has not seen",
      calibrateOptions,
    )
    .command(
      "certify <model>",
      "compare the pass with draws of the weights on your data, layer by layer",
      certifyOptions,
    )
    .command("compile <model>", "write the C files of a model", compileOptions)
    .command("run <model>", "build, run on host or QEMU, print predictions", runOptions)
    .command(
      "bench <model>",
      "measure each layer: instructions under QEMU, time on host",
      benchOptions,
    )
    .command(
      "eval <model>",
      "score a model and its doubt on data whose truth is known",
      evalOptions,
    )
    .command(
      "decide <model>",
      "find the uncertainties up to which to accept answers",
      decideOptions,
    )
    .command("targets", "list the targets, and what is missing here to use each")
    .option("json", flag("print one JSON document and nothing else"))
    .demandCommand(1, "no command given")
    .strictCommands()
    .strictOptions()
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-positional-numbers": false,
    })
    .version(version)
    .locale("en")
    .wrap(100)
    .fail(false);
}

function trainOptions(y: Argv) {
  const required: readonly string[] = ["data", "graph", "objective", "out"];
  let options = y;
  for (const [name, describe] of Object.entries(TRAINING_OPTIONS)) {
    const option = textOption(name, describe);
    options = options.option(name, { ...option, demandOption: required.includes(name) });
  }
  return options
    .option("resume", flag("go on from the checkpoint of an interrupted training"))
    .option("keep-checkpoint", flag("leave the checkpoint beside the finished model"));
}

function compileOptions(y: Argv) {
  return modelOptions(y)
    .option("name", textOption("name", "prefix of the C names and files", defaults.name))
    .option("trace", flag("keep the output of every layer readable"))
    .option("place", placeOption())
    .option("max-flash", bytesOption("max-flash", "weights and code"))
    .option("max-arena", bytesOption("max-arena", "arena"))
    .option("max-stack", bytesOption("max-stack", "stack"))
    .option("explain", flag("say why each layer has its kernel"))
    .option("out", { ...textOption("out", "folder for the files"), demandOption: true })
    .option("check", flag("write nothing, exit 3 when the files are not up to date"));
}

function runOptions(y: Argv) {
  return modelOptions(y)
    .option("input", {
      ...listOption("IDX, .npy, .npz or PNG files, or folders of them"),
      demandOption: true,
    })
    .option("start", countOption("start", "number of the first image", 100, 0, 0))
    .option("count", countOption("count", "how many images, by default all", 20));
}

function benchOptions(y: Argv) {
  return modelFile(y)
    .option("target", {
      ...listOption("processors to measure for, see pfp targets"),
      demandOption: true,
    })
    .option("board", textOption("board", "board of the one target, by default its own"))
    .option("tier", {
      choices: TIERS,
      requiresArg: true,
      describe: "only this precision of the special functions",
    })
    .option("mode", {
      choices: MODES,
      array: true,
      requiresArg: true,
      describe: "only these: the one pass, or its twins",
    })
    .option("compiler", textOption("compiler", "only this compiler, such as gcc"))
    .option("weights", {
      choices: WEIGHT_FORMATS,
      array: true,
      requiresArg: true,
      describe: "how the one pass stores weights, by default f32; several are compared",
    })
    .option("activations", activationsOption)
    .option("points", pointsOption())
    .option(
      "samples",
      countOption("samples", "passes of the sampled twins", 100, 1, DEFAULT_SAMPLES),
    )
    .option("batch", batchesOption())
    .option("svg", textOption("svg", "draw a bar chart into this file"));
}

function calibrateOptions(y: Argv) {
  return modelFile(y)
    .option("data", {
      ...textOption("data", "a .npz with x and y that the training has not seen"),
      demandOption: true,
    })
    .option("objective", {
      choices: OBJECTIVES,
      default: "nll" as const,
      requiresArg: true,
      describe: "the likelihood of the data, or the divergence from draws of the weights",
    })
    .option("samples", countOption("samples", "draws of --objective svi", 1000, 1, 1000))
    .option("folds", countOption("folds", "parts of the cross-validation", 5, 2, 5))
    .option("seed", countOption("seed", "of folds and draws", 1, 0, 1))
    .option("out", {
      ...textOption("out", "posterior file to write, weights as they are"),
      alias: "o",
      demandOption: true,
    });
}

function certifyOptions(y: Argv) {
  return modelFile(y)
    .option("data", textOption("data", "a .npz with x and y, as they come in the field"))
    .option("images", countOption("images", "how many inputs of it, drawn at random", 256, 1, 256))
    .option("samples", countOption("samples", "draws of the weights", 2000, 100, 2000))
    .option("seed", countOption("seed", "of the inputs and the draws", 1, 0, 1))
    .option("threshold", thresholdOption())
    .option("out", { ...textOption("out", "JSON file for the certificate"), alias: "o" })
    .option("verify", textOption("verify", "a certificate: is it of this model?"));
}

function evalOptions(y: Argv) {
  return measuredOptions(y)
    .option("ood", oodOption)
    .option("limit", countOption("limit", "most inputs of each data set, by default all", 500))
    .option("no-calibration", flag("leave out what pfp calibrate found"))
    .option("against", againstOption("svi:N: measure divergences from N draws of the weights"))
    .option("samples", checkpointsOption("draws of the sampled twins, such as 1,10,30"))
    .option("shift", flag("turn, blur, pale and disturb the images, and score each severity"))
    .option("plots", textOption("plots", "folder for plots as SVG"))
    .option("bootstrap", countOption("bootstrap", "resamples of the intervals", 1000, 0, 1000))
    .option("seed", countOption("seed", "of draws, resamples and noise", 1, 1, 1));
}

function decideOptions(y: Argv) {
  return measuredOptions(y)
    .option("ood", { ...oodOption, demandOption: true })
    .option("risk", shareOption("risk", "most of the accepted answers that may be wrong", 0.01))
    .option("confidence", shareOption("confidence", "with which --risk holds", 0.95, 0.95))
    .option("coverage", shareOption("coverage", "least share of inputs that is accepted", 0.95))
    .option(
      "false-alarm",
      shareOption("false-alarm", "most inputs in domain that may be unknown, by default .01", 0.01),
    )
    .option("seed", countOption("seed", "of the halves that choose and test", 1, 1, 1))
    .option("out", {
      ...textOption("out", "posterior file to write, weights as they are"),
      alias: "o",
      demandOption: true,
    });
}

/** A model that runs over data whose truth is known. */
function measuredOptions(y: Argv) {
  return modelFile(y)
    .option("data", {
      ...textOption("data", "a .npz file with x, y and perhaps soft labels"),
      demandOption: true,
    })
    .option("target", textOption("target", "processor to run on, see pfp targets", "host"))
    .option("board", textOption("board", "board to run on, by default the target's own"))
    .option("tier", tierOption)
    .option("weights", weightsOption)
    .option("activations", activationsOption)
    .option("points", pointsOption());
}

const oodOption = listOption(
  "inputs unlike those of the training: .npz, IDX, .npy, PNG or folders",
);

const tierOption = {
  choices: TIERS,
  default: defaults.tier,
  requiresArg: true,
  describe: "precision of the special functions",
} as const;

const weightsOption = {
  choices: WEIGHT_FORMATS,
  default: defaults.weights,
  requiresArg: true,
  describe: "how weights are stored",
} as const;

const activationsOption = {
  choices: DTYPES,
  default: defaults.activations,
  requiresArg: true,
  describe: "how values between layers are stored: f16 where the processor has fp16 arithmetic",
} as const;

function modelFile(y: Argv) {
  return y.positional("model", { type: "string", describe: "a posterior file (.safetensors)" });
}

function modelOptions(y: Argv) {
  return modelFile(y)
    .option("target", {
      ...textOption("target", "processor to generate for, see pfp targets"),
      demandOption: true,
    })
    .option("board", textOption("board", "board to build for, by default the target's own"))
    .option("mode", {
      choices: MODES,
      default: defaults.mode,
      requiresArg: true,
      describe: "one pass with uncertainty, the posterior means alone, or passes over draws",
    })
    .option(
      "samples",
      countOption("samples", `passes of --mode sampled, by default ${DEFAULT_SAMPLES}`, 100),
    )
    .option("draw", {
      choices: DRAWS,
      requiresArg: true,
      describe: "what --mode sampled draws, by default weights, in each pass anew",
    })
    .option("tier", tierOption)
    .option("weights", {
      choices: [...WEIGHT_FORMATS, AUTO],
      default: defaults.weights,
      requiresArg: true,
      describe: "how weights are stored; auto: the smallest that drifts little on --calibration",
    })
    .option(
      "calibration",
      listOption("inputs for --weights auto: IDX, .npy, .npz or PNG files, or folders of them"),
    )
    .option("max-drift", maxDriftOption())
    .option("activations", activationsOption)
    .option("no-calibration", flag("leave out what pfp calibrate found"))
    .option("points", pointsOption())
    .option("batch", countOption("batch", "most inputs of one call, which share loads", 8, 1, 1))
    .option("costs", textOption("costs", "a cost table that goes before the one that ships"));
}
