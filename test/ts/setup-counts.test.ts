import { test } from "uvu";
import * as assert from "uvu/assert";
import { addCounts, countTests, summary } from "../../scripts/test/count.js";

const count = (passed: number, failed: number, skipped = 0) => ({ passed, failed, skipped });

test("a check counts by its exit code", () => {
  assert.equal(countTests("check", "", 0), count(1, 0));
  assert.equal(countTests("check", "all fine", 2), count(0, 1));
});

test("uvu's test cases are counted", () => {
  const output = "..\n\n  Total:     3\n  Passed:    2\n  Skipped:   1\n  Duration:  2.1ms\n";
  assert.equal(countTests("uvu", output, 1), count(2, 1, 1));
});

test("cmocka's test cases are counted over several groups", () => {
  const output = [
    "[==========] Running 2 test(s).",
    "[ RUN      ] a",
    "[       OK ] a",
    "[ RUN      ] b",
    "[  FAILED  ] b",
    "[==========] 2 test(s) run.",
    "[  PASSED  ] 1 test(s).",
    "[==========] relu: Running 2 test(s).",
    "[ RUN      ] c",
    "[       OK ] c",
    "[ RUN      ] d",
    "[  SKIPPED ] d",
    "[==========] 2 test(s) run.",
    "[  SKIPPED ] d",
  ].join("\n");
  assert.equal(countTests("cmocka", output, 1), count(2, 1, 1));
});

test("pytest's test cases are counted by its last line", () => {
  const output = "..Fs\nin 3 passed\n1 failed, 2 passed, 1 skipped, 1 error in 12.34s (0:00:12)\n";
  assert.equal(countTests("pytest", output, 1), count(2, 2, 1));
  assert.equal(countTests("pytest", "no tests ran in 0.01s\n", 5), count(0, 1));
  assert.equal(countTests("pytest", "....\n4 passed in 0.50s\n", 0), count(4, 0));
});

test("a cmocka program that died in its second test has not passed it, nor those after", () => {
  const output =
    "[==========] Running 3 test(s).\n[ RUN      ] a\n[       OK ] a\n[ RUN      ] b\n";
  assert.equal(countTests("cmocka", output, null), count(1, 2));
});

test("a suite that printed nothing has failed, whatever its exit code", () => {
  for (const reporter of ["uvu", "cmocka", "pytest"] as const) {
    for (const exitCode of [0, 1, null]) {
      assert.equal(countTests(reporter, "", exitCode), count(0, 1));
    }
  }
});

test("a crash after the last test case is a failure", () => {
  const output = "  Total:     3\n  Passed:    3\n  Skipped:   0\n";
  assert.equal(countTests("uvu", output, 0), count(3, 0));
  assert.equal(countTests("uvu", output, 139), count(3, 1));
});

test("the summary names skipped test cases only where there are some", () => {
  assert.is(summary(addCounts([count(1, 0), count(2, 1)])), "3 passed, 1 failed");
  assert.is(summary(count(1, 0, 2)), "1 passed, 0 failed, 2 skipped");
});

test.run();
