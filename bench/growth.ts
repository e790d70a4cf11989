/**
 * Cost of a weight against the size of a dense layer on this machine, beside the bandwidth of a
 * plain read: writes bench/growth.md and bench/growth.json. `make bench-growth`, see growth.c.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { table } from "./kernels-page.js";

interface Size {
  readonly kernel: string;
  readonly weights: number;
  readonly bytes: number;
  readonly ns_per_weight: number;
  /** Gigabytes of weights a second. */
  readonly bandwidth: number;
  readonly bandwidth_of_read: number;
  readonly bandwidth_share: number;
}

function parse(line: string): Size {
  const [kernel = "", ...numbers] = line.split("\t");
  const [inputs = 0, outputs = 0, bytes = 0, ns = 0, readNs = 0] = numbers.map(Number);
  const weights = inputs * outputs;
  return {
    kernel,
    weights,
    bytes,
    ns_per_weight: ns / weights,
    bandwidth: bytes / ns,
    bandwidth_of_read: bytes / readNs,
    bandwidth_share: readNs / ns,
  };
}

execFileSync("make", ["-s", "-f", "bench/kernels.mk", "BOARD=host", "growth"], {
  stdio: "inherit",
});
const output = execFileSync("build/host/bench/growth", { encoding: "utf8" });
const all = output.trim().split("\n").map(parse);
const largest = Math.max(...all.map(({ weights }) => weights));
/** The kernel that streams most of f32 at the largest size stands for the library. */
const best = all
  .filter(({ kernel, weights }) => weights === largest && /_f32_\d/.test(kernel))
  .reduce((a, b) => (b.bandwidth_share > a.bandwidth_share ? b : a)).kernel;
const sizes = all.filter(({ kernel }) => kernel === best);

const page = [
  "# Growth",
  "",
  `Written by \`make bench-growth\` on ${cpus()[0]?.model.trim()}: dense layers of growing size on one`,
  "core, general form, batch 1, each time the shortest of many. A plain read adds up as many bytes",
  "as the weights take, by vectors in one stream or in four, whichever is faster, in the same program",
  "and in turns with the kernel: what the memory, or the cache, gives one core at that size. The share",
  "is the kernel's bandwidth over that, near 1 where memory is the bound. Kernels read weights in the",
  "order in which they are packed, each once for an input.",
  "",
  `The share counted in the bars is that of \`${best}\`.`,
  "",
  ...table(
    ["kernel", "weights", "bytes", "ns / weight", "GB/s", "GB/s of a plain read", "share"],
    all.map((one) => [
      `\`${one.kernel}\``,
      one.weights.toLocaleString("en-US"),
      one.bytes.toLocaleString("en-US"),
      one.ns_per_weight.toFixed(3),
      one.bandwidth.toFixed(1),
      one.bandwidth_of_read.toFixed(1),
      one.bandwidth_share.toFixed(2),
    ]),
  ),
  "",
].join("\n");
writeFileSync("bench/growth.md", page);
writeFileSync("bench/growth.json", `${JSON.stringify({ best, sizes, all }, undefined, 1)}\n`);
console.log(page);
