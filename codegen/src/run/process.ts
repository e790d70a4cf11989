import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a process ended. */
export interface Ending {
  /** Its exit code; undefined when a signal or the time-out ended it. */
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** What it printed on both streams, in order of arrival. */
  readonly output: string;
}

/** Runs a command to its end, without standard input. It is killed when this process exits. */
export function execute(
  command: string,
  commandArguments: readonly string[],
  options: {
    readonly cwd: string;
    readonly timeoutMs?: number;
    /** Told each whole line of standard output as it comes. */
    readonly onLine?: (line: string) => void;
  },
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    if (options.onLine !== undefined) {
      createInterface({ input: child.stdout }).on("line", options.onLine);
    }
    child.stderr.on("data", (data) => {
      output += data;
    });
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, options.timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      process.off("exit", kill);
    };
    child.once("error", (error) => {
      finish();
      reject(error);
    });
    child.once("close", (code) => {
      finish();
      resolve({ code: code ?? undefined, timedOut, output });
    });
  });
}
