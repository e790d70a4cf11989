import { test } from "uvu";
import * as assert from "uvu/assert";
import { minimize } from "../../codegen/src/eval/nelder-mead.js";

const options = { step: 0.3, tolerance: 1e-6, mostEvaluations: 5000 };

test("finds the end of Rosenbrock's valley", async () => {
  const valley = async ([x = 0, y = 0]: readonly number[]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  const { x, value } = await minimize(valley, [-1.2, 1], options);
  assert.ok(Math.abs((x[0] ?? 0) - 1) < 1e-4 && Math.abs((x[1] ?? 0) - 1) < 1e-4, `${x}`);
  assert.ok(value < 1e-8);
});

test("finds the bottom of a bowl that is a hundred times as steep one way as another", async () => {
  const bowl = async (x: readonly number[]) =>
    x.reduce((sum, value, i) => sum + 10 ** (i / 3) * (value - i / 4) ** 2, 0);
  const { x } = await minimize(bowl, [0, 0, 0, 0, 0, 0, 0], options);
  x.forEach((value, i) => {
    assert.ok(Math.abs(value - i / 4) < 1e-3, `${x}`);
  });
});

test("keeps out of where there is no value", async () => {
  const { x } = await minimize(
    async ([at = 0]) => (at <= 0.5 ? Number.NaN : (at - 0.5) ** 2),
    [2],
    options,
  );
  assert.ok((x[0] ?? 0) > 0.5 && (x[0] ?? 0) < 0.51, `${x}`);
});

test("stops when it has asked often enough", async () => {
  let asked = 0;
  const downhill = async ([x = 0]: readonly number[]) => {
    asked++;
    return -x;
  };
  await minimize(downhill, [0], { ...options, mostEvaluations: 40 });
  assert.ok(asked >= 40 && asked <= 42, `${asked}`);
});

test.run();
