import { readdirSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { groupMeans } from "../../examples/demo/groups.js";
import { predict } from "./support/predict.js";

const FOLDER = "examples/demo/images";

test("the demo shows blends as ambiguous, garments and noise as unknown", async () => {
  const names = readdirSync(FOLDER).sort();
  const { predictions } = await predict({
    model: "lenet5",
    target: "host",
    images: FOLDER,
    count: names.length,
  });
  const means = groupMeans(names, predictions);
  assert.equal(
    means.map(({ group, count }) => `${count} ${group}`),
    ["3 digit", "3 blend", "3 garment", "3 noise"],
  );
  const [digit, blend, garment, noise] = means;
  assert.ok(digit && blend && garment && noise);
  assert.ok(blend.aleatoric > garment.aleatoric, "blends are more ambiguous than garments");
  for (const unknown of [garment, noise]) {
    for (const known of [digit, blend]) {
      assert.ok(
        unknown.epistemic > known.epistemic,
        `${unknown.group} ${unknown.epistemic}, ${known.group} ${known.epistemic}`,
      );
    }
  }
});

test.run();
