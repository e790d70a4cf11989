import { test } from "uvu";
import * as assert from "uvu/assert";
import { conformalQuantile } from "../../codegen/src/eval/conformal.js";
import { type Judged, selectiveThreshold } from "../../codegen/src/eval/learn-then-test.js";
import { Random } from "../../codegen/src/eval/random.js";

const TRIALS = 1000;

/**
 * Inputs whose doubt is uniform, and the probability of an error at a doubt. The first is well
 * behaved; the second errs most where it is surest, so that selective risk falls before it rises.
 */
const populations = [
  { name: "risk that rises with doubt", risk: (doubt: number) => 0.12 * doubt ** 2 },
  {
    name: "risk that is not monotone",
    risk: (doubt: number) => (doubt < 0.1 ? 0.03 : 0.08 * (doubt - 0.1) ** 2),
  },
];
const TARGET = { risk: 0.02, confidence: 0.9 };

/** The risk among inputs up to a threshold, which is also the coverage. */
function selectiveRisk(risk: (doubt: number) => number, threshold: number): number {
  const steps = 2000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    sum += risk((threshold * (i + 0.5)) / steps);
  }
  return sum / steps;
}

function draw(risk: (doubt: number) => number, random: Random, n: number): Judged[] {
  return Array.from({ length: n }, () => {
    const doubt = random.uniform();
    return { doubt, wrong: random.uniform() < risk(doubt) };
  });
}

for (const { name, risk } of populations) {
  test(`Learn-then-Test, ${name}: rarely too much risk, and half of what an oracle accepts`, () => {
    const oracle = Math.max(
      ...Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000).filter(
        (threshold) => selectiveRisk(risk, threshold) <= TARGET.risk,
      ),
    );
    assert.ok(oracle > 0.3 && oracle < 1, `the oracle accepts ${oracle}`);
    let [violations, coverage] = [0, 0];
    for (let trial = 0; trial < TRIALS; trial++) {
      const random = new Random(trial);
      const found = selectiveThreshold(draw(risk, random, 1000), draw(risk, random, 3000), TARGET);
      if ("threshold" in found) {
        coverage += found.threshold / TRIALS;
        violations += selectiveRisk(risk, found.threshold) > TARGET.risk ? 1 : 0;
      }
    }
    const delta = 1 - TARGET.confidence;
    const most = delta + 3 * Math.sqrt((delta * (1 - delta)) / TRIALS);
    assert.ok(violations / TRIALS <= most, `${violations} violations in ${TRIALS} trials`);
    assert.ok(coverage >= oracle / 2, `accepts ${coverage}, the oracle ${oracle}`);
  });
}

test("conformal quantile: the share of false alarms is at most alpha, and near it", () => {
  const [alpha, n] = [0.05, 199];
  let alarms = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const random = new Random(trial);
    const found = conformalQuantile(
      Array.from({ length: n }, () => random.uniform()),
      alpha,
    );
    assert.ok("threshold" in found);
    alarms += random.uniform() > found.threshold ? 1 : 0;
  }
  const error = Math.sqrt((alpha * (1 - alpha)) / TRIALS);
  assert.ok(alarms / TRIALS <= alpha + 3 * error, `${alarms} alarms in ${TRIALS} trials`);
  assert.ok(alarms / TRIALS >= alpha / 2, `${alarms} alarms in ${TRIALS} trials`);
});

test("with fewer inputs than the guarantee needs, it says how many", () => {
  const judged = Array.from({ length: 100 }, (_, i) => ({ doubt: i, wrong: false }));
  const found = selectiveThreshold(judged, judged, { risk: 0.01, confidence: 0.95 });
  assert.equal(found, { needed: 299, accepted: 100, errors: 0 });
});

test.run();
