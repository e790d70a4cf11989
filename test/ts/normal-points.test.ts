import { test } from "uvu";
import * as assert from "uvu/assert";
import { MAX_DIMENSIONS, normalPoints } from "../../codegen/src/plan/normal-points.js";

/** Component `dimension` of point `point`, by the layout [points/4][dimensions][4]. */
function at(normals: Float32Array, dimensions: number, point: number, dimension: number): number {
  return normals[(Math.floor(point / 4) * dimensions + dimension) * 4 + (point % 4)] ?? Number.NaN;
}

function average(points: number, value: (point: number) => number): number {
  let sum = 0;
  for (let point = 0; point < points; point++) {
    sum += value(point);
  }
  return sum / points;
}

/** Largest departure from mean 0 and covariance identity. */
function momentError(points: number, dimensions: number): number {
  const normals = normalPoints(points, dimensions);
  let worst = 0;
  for (let i = 0; i < dimensions; i++) {
    worst = Math.max(worst, Math.abs(average(points, (p) => at(normals, dimensions, p, i))));
    for (let j = 0; j <= i; j++) {
      const covariance = average(
        points,
        (p) => at(normals, dimensions, p, i) * at(normals, dimensions, p, j),
      );
      worst = Math.max(worst, Math.abs(covariance - (i === j ? 1 : 0)));
    }
  }
  return worst;
}

test("the first two moments are those of a standard normal", () => {
  for (const [points, dimensions] of [
    [8, 1],
    [8, 3],
    [20, 10],
    [64, 10],
    [128, 10],
    [1024, 10],
    [256, MAX_DIMENSIONS],
  ] as const) {
    const error = momentError(points, dimensions);
    assert.ok(error < 1e-6, `${points} points, ${dimensions} dimensions: off by ${error}`);
  }
});

test("with too few points for a covariance, means and variances are right", () => {
  const normals = normalPoints(8, 10);
  for (let i = 0; i < 10; i++) {
    assert.ok(Math.abs(average(8, (p) => at(normals, 10, p, i))) < 1e-6);
    assert.ok(Math.abs(average(8, (p) => at(normals, 10, p, i) ** 2) - 1) < 1e-6);
  }
});

test("higher moments come close: E x^4 = 3, P(x <= 1) = .8413", () => {
  const normals = normalPoints(4096, 10);
  for (let i = 0; i < 10; i++) {
    assert.ok(Math.abs(average(4096, (p) => at(normals, 10, p, i) ** 4) - 3) < 0.03);
    const below = average(4096, (p) => (at(normals, 10, p, i) <= 1 ? 1 : 0));
    assert.ok(Math.abs(below - 0.8413447) < 0.002, `dimension ${i}: ${below}`);
  }
});

test("the same call gives the same bytes, and no value is out of range", () => {
  assert.equal(normalPoints(128, 10), normalPoints(128, 10));
  assert.ok(normalPoints(4096, 10).every((value) => Math.abs(value) < 6));
});

test.run();
