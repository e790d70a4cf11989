/** Single test cases of one suite. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a suite reports its test cases: `check` has one case and reports by its exit code. */
export type Reporter = "uvu" | "cmocka" | "pytest" | "check";

/**
 * Test cases of a suite that printed `output` and ended with `exitCode` (null: killed). A suite
 * that crashed, ran no test case, or failed without saying which, has at least one failure.
 */
export function countTests(reporter: Reporter, output: string, exitCode: number | null): Count {
  const reported = readers[reporter](output, exitCode);
  const ended = reported.failed > 0 || exitCode === 0;
  const ran = reported.passed + reported.failed > 0;
  return ended && ran ? reported : { ...reported, failed: reported.failed + 1 };
}

const readers: Record<Reporter, (output: string, exitCode: number | null) => Count> = {
  check: (_, exitCode) => ({ passed: exitCode === 0 ? 1 : 0, failed: 0, skipped: 0 }),
  uvu: (output) => {
    const total = lastNumber(output, /^\s*Total:\s+(\d+)/gm);
    const passed = lastNumber(output, /^\s*Passed:\s+(\d+)/gm);
    return {
      passed,
      failed: total - passed,
      skipped: lastNumber(output, /^\s*Skipped:\s+(\d+)/gm),
    };
  },
  pytest: (output) => {
    const [last = ""] =
      output.match(/^(?=.*\d (passed|failed|skipped|errors?)\b).* in [\d.]+s.*$/gm)?.slice(-1) ??
      [];
    const number = (words: string): number =>
      Number(new RegExp(`(\\d+) ${words}\\b`).exec(last)?.[1] ?? 0);
    return {
      passed: number("passed"),
      failed: number("failed") + number("errors?"),
      skipped: number("skipped"),
    };
  },
  cmocka: (output) => {
    // A test that killed the program is missing from the lines that end one.
    const total = sum(output, /^\[={10}\].*Running (\d+) test/gm);
    const passed = matches(output, /^\[ {7}OK \] /gm).length;
    const skipped = new Set(matches(output, /^\[ {2}SKIPPED \] (\S+)$/gm).map(([, name]) => name))
      .size;
    return { passed, failed: total - passed - skipped, skipped };
  },
};

/** Adds up counts. */
export function addCounts(counts: readonly Count[]): Count {
  return counts.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The line that a test run ends with. */
export function summary({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function matches(text: string, pattern: RegExp): RegExpMatchArray[] {
  return [...text.matchAll(pattern)];
}

function lastNumber(text: string, pattern: RegExp): number {
  return Number(matches(text, pattern).at(-1)?.[1] ?? 0);
}

function sum(text: string, pattern: RegExp): number {
  return matches(text, pattern).reduce((total, match) => total + Number(match[1]), 0);
}
