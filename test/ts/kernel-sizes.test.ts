/** The committed sizes are those of the kernels as they are: see scripts/measure/sizes.ts. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differences, showDifference } from "../../bench/compare.js";
import { measureSizes, type Size, targetNames } from "../../scripts/measure/object-sizes.js";
import { kernelsOf } from "./support/generator.js";
import { MNIST, predict } from "./support/predict.js";

/** Of the code that is linked: compilers of one version differ a little. */
const TOLERANCE = 0.02;

/** Targets whose whole library the tests build by every compiler anyway. */
const BUILT_BY_ALL: ReadonlySet<string> = new Set(["cortex-a53", "cortex-m55"]);

const committed: Record<string, Record<string, Size>> = JSON.parse(
  readFileSync("runtime-c/sizes.json", "utf8"),
);

for (const target of targetNames) {
  test(`${target}: every kernel has its sizes`, () => {
    const symbols = kernelsOf(target).kernels.map(({ symbol }) => symbol);
    assert.equal(Object.keys(committed[target] ?? {}).sort(), [...symbols, "model_predict"].sort());
  });

  if (target === "host") {
    continue; // its kernels are compiled for the very computer, and differ from one to the next
  }

  test(`${target}: kernels are as large as is said, those of LeNet linked too`, async () => {
    const { report, resources, footprint } = await predict({
      ...{ model: "lenet5", target, images: MNIST.images, count: 1 },
    });
    const used = report.layers.map(({ kernel }) => kernel);
    const byAll = (symbol: string) => BUILT_BY_ALL.has(target) || used.includes(symbol);
    const said = committed[target] ?? {};
    const measured = Object.entries(await measureSizes(target, byAll)).map(([symbol, size]) => [
      symbol,
      byAll(symbol) ? size : { ...size, stack: worst(size.stack, said[symbol]?.stack) },
    ]);
    const found = differences({ [target]: said }, { [target]: Object.fromEntries(measured) });
    const text = found.map(showDifference).join("\n");
    if (text !== "") {
      console.log(text);
    }
    assert.not.ok(
      found.some(({ fails }) => fails),
      `${text}\nif this is meant: make sizes`,
    );
    const code = resources.flash_bytes - report.weight_bytes;
    const linked = footprint.code_bytes;
    console.log(`figure: ${target}: ${code} bytes of code are said, ${linked} linked`);
    assert.ok(Math.abs(code / linked - 1) <= TOLERANCE, `${linked} linked`);
  });
}

/** The stack of one compiler of several: another may have the worst, which is said. */
function worst(stack: number, said: number | undefined): number {
  return Math.max(stack, said ?? 0);
}

test.run();
