import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseKernelList } from "../../codegen/src/target/kernel-list.js";
import { findTarget, kernelTable, targets } from "../../codegen/src/target/targets.js";
import { unwrap } from "./support/generator.js";

const shipped = readFileSync("runtime-c/include/pfp/pfp_kernels.def", "utf8");

test("reads every line of the kernel list that ships", () => {
  const kernels = unwrap(parseKernelList(shipped));
  assert.is(kernels.length, shipped.match(/^PFP_KERNEL\(/gm)?.length);
  assert.equal(
    kernels.find(({ symbol }) => symbol === "pfp_dense_f32_1x4_c"),
    {
      ...{ symbol: "pfp_dense_f32_1x4_c", op: "dense", form: "general", tier: "any" },
      ...{ dtype: "f32", weights: "f32", rows: 1, outputs: 4, isa: "c" },
      ...{ scratch: "none", needs: "any" },
    },
  );
});

const badLines = [
  "PFP_KERNEL(pfp_dense_f32_c, dense, general, any, f32, f32, 1, 4, c, none)",
  "PFP_KERNEL(pfp_dense_f32_c, danse, general, any, f32, f32, 1, 4, c, none, any)",
  "PFP_KERNEL(pfp_dense_f32_c, dense, general, any, f32, f32, one, 4, c, none, any)",
  "PFP_KERNEL(dense, dense, general, any, f32, f32, 1, 4, c, none, any)",
  "PFP_KERNEL(pfp_dense_f32_c, dense, general, any, f32, f32, 1, 4, c, none, any",
];

for (const line of badLines) {
  test(`rejects ${line}`, () => {
    const result = parseKernelList(`/* list */\n${line}\n`);
    assert.equal(result.ok ? [] : result.diagnostics.map(({ code, path }) => `${code} ${path}`), [
      "bad-kernel-list pfp_kernels.def:2",
    ]);
  });
}

test("a target's table begins with its best instruction set", () => {
  const kernels = unwrap(parseKernelList(shipped));
  for (const target of targets) {
    const table = kernelTable(target, kernels);
    assert.is(table.target, target.name);
    const isas = [...new Set(table.kernels.map(({ isa }) => isa))];
    assert.equal(isas, target.isas);
  }
});

test("finds targets, or says which was meant", () => {
  for (const { name } of targets) {
    assert.is(unwrap(findTarget(name)).name, name);
  }
  const result = findTarget("cortex-m555");
  const [problem] = result.ok ? [] : result.diagnostics;
  assert.is(problem?.code, "unknown-target");
  assert.match(problem?.hint ?? "", "'cortex-m55'");
  assert.match(problem?.message ?? "", targets.map(({ name }) => name).join(", "));
});

test.run();
