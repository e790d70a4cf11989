import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Decided,
  type DecideOptions,
  decide,
  decisionOf,
} from "../../codegen/src/eval/decide.js";
import { Random } from "../../codegen/src/eval/random.js";

const TRIALS = 1000;

/** Epistemic is uniform; total is, too, and the probability of an error grows with it. */
function draw(random: Random, n: number) {
  return Array.from({ length: n }, () => {
    const total = random.uniform();
    return { total, epistemic: random.uniform(), wrong: random.uniform() < 0.1 * total ** 2 };
  });
}

const unlike = Array.from({ length: 50 }, (_, i) => ({ total: 0.5, epistemic: 0.9 + i / 50 }));
const options: DecideOptions = { falseAlarm: 0.05, confidence: 0.9, seed: 1 };

function decided(found: ReturnType<typeof decide>): Decided {
  if ("why" in found) {
    throw new Error(found.why);
  }
  return found;
}

test("of many data sets, few break the risk, and thresholds accept half of what an oracle would", () => {
  // At a bound b the risk is .1 b^2 / 3.
  const risk = 0.02;
  const oracle = Math.sqrt((3 * risk) / 0.1);
  let [violations, accepted, alarms, found] = [0, 0, 0, 0];
  for (let trial = 0; trial < TRIALS; trial++) {
    const made = decide(draw(new Random(trial), 3000), unlike, { ...options, risk });
    if ("why" in made) {
      continue;
    }
    const { max_epistemic, max_total = 1 } = made.thresholds;
    found++;
    accepted += max_total / TRIALS;
    alarms += 1 - max_epistemic;
    violations += (0.1 * max_total ** 2) / 3 > risk ? 1 : 0;
  }
  const delta = 0.1;
  assert.ok(violations / TRIALS <= delta + 3 * Math.sqrt((delta * (1 - delta)) / TRIALS));
  assert.ok(accepted >= oracle / 2, `accepts ${accepted}, the oracle ${oracle}`);
  // Each trial's rate varies by .0056 over its 1,500 inputs.
  const rate = alarms / found;
  const error = 0.0056 / Math.sqrt(found);
  assert.ok(rate <= 0.05 + 3 * error && rate > 0.049, `${rate} false alarms`);
});

test("of many data sets, the mean coverage is at least the wanted, and near it", () => {
  let coverage = 0;
  for (let trial = 0; trial < 300; trial++) {
    const found = decided(decide(draw(new Random(trial), 600), [], { ...options, coverage: 0.8 }));
    const { max_epistemic, max_total = 1 } = found.thresholds;
    coverage += (max_epistemic * max_total) / 300;
  }
  assert.ok(coverage > 0.8 - 0.004 && coverage < 0.81, String(coverage));
});

test("what is unknown is not accepted, and shares are those of the inputs", () => {
  const found = decided(decide(draw(new Random(1), 4000), unlike, { ...options, risk: 0.02 }));
  const { in_domain, out_of_domain, thresholds } = found;
  for (const { accept, ambiguous, unknown } of [in_domain, out_of_domain]) {
    assert.ok(Math.abs(accept.value + ambiguous.value + unknown.value - 1) < 1e-12);
    assert.ok(unknown.low < unknown.value && unknown.value <= unknown.high);
  }
  const novel = unlike.filter(({ epistemic }) => epistemic > thresholds.max_epistemic).length;
  assert.is(out_of_domain.unknown.value, novel / unlike.length);
});

test("decisions at and about their thresholds", () => {
  const at = (epistemic: number, total: number) =>
    decisionOf({ epistemic, total }, { max_epistemic: 0.25, max_total: 0.5 });
  assert.is(at(0.25, 0.5), "accept");
  assert.is(at(0.25, 0.51), "ambiguous");
  assert.is(at(0.26, 0.1), "unknown");
  assert.is(at(Number.NaN, 0.1), "unknown");
  assert.is(at(0.1, Number.NaN), "ambiguous");
  assert.is(decisionOf({ epistemic: 0, total: 9 }, { max_epistemic: 1 }), "accept");
});

test("without risk and coverage all inputs set the one bound", () => {
  const found = decided(decide(draw(new Random(1), 19), [], options));
  assert.is(found.guarantees.false_alarm.inputs, 19);
  assert.is(found.thresholds.max_total, undefined);
});

test("too few inputs: how many are needed", () => {
  const few = draw(new Random(1), 30);
  const why = (more: Partial<DecideOptions>) => {
    const found = decide(few, [], { ...options, ...more });
    return "why" in found ? `${found.option}: ${found.why}; ${found.hint}` : "decided";
  };
  assert.match(why({ falseAlarm: 0.01 }), /^false-alarm: .* 99 are needed; give at least 99/);
  assert.match(why({ risk: 0.1 }), /^false-alarm: .* 19 are needed, 15 of 30 .* at least 38/);
  assert.match(why({ falseAlarm: 0.2, risk: 0.1 }), /^risk: .* 22 are needed.* at least 44/);
  assert.match(why({ falseAlarm: 0.2, coverage: 0.99 }), /^coverage: .* 99 are needed/);
  assert.match(why({ falseAlarm: 0.5, coverage: 0.9 }), /^coverage: .* unknown already/);
});

test("risks that no threshold shows", () => {
  const wrong = draw(new Random(1), 2000).map((answer) => ({ ...answer, wrong: true }));
  const found = decide(wrong, [], { ...options, risk: 0.1 });
  assert.ok("why" in found && found.why.startsWith("no threshold shows a risk of 0.1"));
});

test.run();
