import { test } from "uvu";
import * as assert from "uvu/assert";
import { picture } from "../../codegen/src/cli/picture.js";

test("one column a pixel, one line for two rows, shades from darkest to lightest", () => {
  const values = Float32Array.of(0, 1, 0.5, 0, 1, 0.5, -3, -3, -3, -3, -3, -3);
  assert.is(
    picture(
      values.map((v) => Math.max(v, 0)),
      4,
      3,
    ),
    " █▒\n   ",
  );
  assert.is(picture(Float32Array.of(0, 4, 2, 1, 3, 0), 1, 6), " █▒░▓ ");
});

test("an odd last row stands alone; channels are averaged; one shade is dark", () => {
  assert.is(picture(Float32Array.of(0, 0, 1), 3, 1), " \n█");
  assert.is(picture(Float32Array.of(0, 1, 0, 0), 1, 2), " ▒");
  assert.is(picture(Float32Array.of(7, 7), 1, 2), "  ");
});

test("wide images are scaled down", () => {
  const lines = picture(new Float32Array(100 * 60), 60, 100).split("\n");
  assert.equal([lines.length, lines[0]?.length], [8, 25]);
});

test.run();
