/**
 * Runs the tests of the whole project.
 *
 *   node --import tsx scripts/test/run.ts [WORD...]
 *   TRAIN=1 node --import tsx scripts/test/run.ts [WORD...]   what trains, in its Python venv
 *
 * With words, only suites whose name holds one of them. WIDE=1 in the environment adds compilers
 * that are near relatives of others. Logs go to build/test-logs/; those of
 * failures are shown. Exit code 1 when a test failed, and the last line is the summary.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { addCounts, type Count, countTests, summary } from "./count.js";
import { build, cSuites, type Suite, toolSuites, trainBuild, trainSuites } from "./suites.js";

const LOGS = "build/test-logs";
const TIMEOUT_SECONDS = 900;
const SHOWN_LINES = 150;

/** No colours in what is read, and no part in the job control of the make that started this. */
const ENVIRONMENT = {
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
  MAKEFLAGS: undefined,
  MAKELEVEL: undefined,
};

const running = new Set<number>();

/** Ends a suite together with the processes it started. */
function end(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    running.forEach(end);
    process.exit(code);
  });
}

/** Runs a command to its end; `exitCode` is null when it was killed or could not start. */
function execute(command: readonly string[]): Promise<{ output: string; exitCode: number | null }> {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command[0] ?? "", command.slice(1), {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...ENVIRONMENT },
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) {
      running.add(pid);
    }
    const timeout = setTimeout(() => {
      output += `\nended after ${TIMEOUT_SECONDS} s\n`;
      end(pid ?? 0);
    }, TIMEOUT_SECONDS * 1000);
    const finish = (exitCode: number | null): void => {
      clearTimeout(timeout);
      running.delete(pid ?? 0);
      resolve({ output, exitCode });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", (error) => {
      output += `cannot start ${command.join(" ")}: ${error.message}\n`;
      finish(null);
    });
    child.on("close", finish);
  });
}

async function runSuite(suite: Suite): Promise<Count> {
  const start = performance.now();
  const { output, exitCode } = await execute(suite.command);
  const count = countTests(suite.reporter, output, exitCode);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);

  const log = join(LOGS, `${suite.name.replace(/[^\w.-]+/g, "-")}.log`);
  writeFileSync(log, output);
  const verdict = count.failed > 0 ? "FAILED" : "ok";
  console.log(`${verdict.padEnd(7)}${seconds.padStart(6)} s  ${suite.name}: ${summary(count)}`);
  if (count.failed > 0) {
    const lines = output.trimEnd().split("\n");
    console.log(`  $ ${suite.command.join(" ")}`);
    console.log(
      lines
        .slice(-SHOWN_LINES)
        .map((line) => `  | ${line}`)
        .join("\n"),
    );
    console.log(`  exit code ${exitCode ?? "none: killed"}, the whole log is ${log}`);
  }
  return count;
}

async function runInOrder(suites: readonly Suite[]): Promise<Count> {
  const counts: Count[] = [];
  for (const suite of suites) {
    counts.push(await runSuite(suite));
  }
  return addCounts(counts);
}

const words = process.argv.slice(2);
const wide = process.env.WIDE === "1";
const chosen = (suite: Suite): boolean =>
  words.length === 0 || words.some((word) => suite.name.includes(word));

const trains = process.env.TRAIN === "1";
const groups = trains ? [trainSuites()] : [cSuites(wide), toolSuites()];
const names = groups.flat().map(({ name }) => name);
const unknown = words.filter((word) => !names.some((name) => name.includes(word)));
if (unknown.length > 0) {
  console.error(
    `error: no suite is called ${unknown.join(" or ")}; there are\n${names.join("\n")}`,
  );
  process.exit(1);
}

mkdirSync(LOGS, { recursive: true });
const first = await runSuite(trains ? trainBuild : build);
// Two at a time, for two cores; suites of one kind share build folders, so they take turns.
const rest = await Promise.all(groups.map((suites) => runInOrder(suites.filter(chosen))));
const total = addCounts([first, ...rest]);
console.log(summary(total));
process.exitCode = total.failed > 0 ? 1 : 0;
