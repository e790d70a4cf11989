import { readToolVersion } from "../run/tool-version.js";
import { parseArguments, type Request } from "./arguments.js";
import { EXIT, type Outcome, userError } from "./outcome.js";
import { printOutcome, printUnexpected } from "./print.js";
import { usageProblem } from "./usage-problem.js";

async function main(words: readonly string[]): Promise<number> {
  let request: Request;
  try {
    request = await parseArguments(words, await readToolVersion());
  } catch (error) {
    const problem = usageProblem((error as Error).message, words);
    return printOutcome(userError([problem]), words.includes("--json"));
  }
  return printOutcome(await perform(request), request.json);
}

/** Loads no more of the program than the verb needs. */
async function perform(request: Request): Promise<Outcome> {
  switch (request.verb) {
    case "inspect":
      return (await import("./inspect.js")).inspect(request);
    case "train":
      return (await import("./train.js")).train(request);
    case "calibrate":
      return (await import("./calibrate.js")).calibrate(request);
    case "certify":
      return (await import("./certify.js")).certify(request);
    case "compile":
      return (await import("./compile.js")).compile(request);
    case "run":
      return (await import("./run.js")).run(request);
    case "bench":
      return (await import("./bench.js")).bench(request);
    case "eval":
      return (await import("./eval.js")).evaluate(request);
    case "decide":
      return (await import("./decide.js")).decide(request);
    case "targets":
      return (await import("./targets.js")).targets();
  }
}

// A reader that has seen enough, such as head, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.fine : EXIT.bug);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = printUnexpected(error);
}
