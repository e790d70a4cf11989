import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layerTensors, numbers, posteriorFile } from "../scripts/posterior/posterior-file.js";

/** Ten million weights in the first layer. */
const [HIDDEN, INPUTS] = [3200, 3125];

/** Says at its end how much memory the process had at most, in kB. */
const TELL_MEMORY =
  "data:text/javascript,process.on('exit',()=>console.error('kB',process.resourceUsage().maxRSS))";

/** What a command took from its start to its end. */
export interface Effort {
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * `pfp run` of a model of ten million weights on the host: generating it, building it, and one
 * prediction. Memory is that of pfp itself; the C compiler includes the weights by name.
 */
export function largeModelEffort(): Effort {
  const folder = mkdtempSync(join(tmpdir(), "pfp-bench-"));
  try {
    const model = join(folder, "large.safetensors");
    const input = join(folder, "input.npy");
    writeFileSync(model, largeModel());
    writeFileSync(input, npy(numbers(INPUTS, 9)));
    const start = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["codegen/bin/pfp.js", "run", model, "--target", "host", "--input", input, "--json"],
      { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: `--import=${TELL_MEMORY}` } },
    );
    const seconds = (performance.now() - start) / 1000;
    const kilobytes = Number(/^kB (\d+)$/m.exec(stderr)?.[1]);
    if (status !== 0 || !Number.isFinite(kilobytes)) {
      throw new Error(stderr);
    }
    return { seconds, bytes: 1024 * kilobytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function largeModel(): Uint8Array {
  return posteriorFile({
    tensors: {
      ...layerTensors("fc1", [HIDDEN, INPUTS], 1),
      ...layerTensors("fc2", [1, HIDDEN], 5),
    },
    graph: {
      schema: 1,
      name: "large",
      input: { shape: [INPUTS] },
      ops: [
        { name: "fc1", op: "dense", inputs: ["input"] },
        { name: "fc2", op: "dense", inputs: ["fc1"] },
      ],
      output: { head: "regression", input: "fc2", noise_sd: [0] },
    },
  });
}

/** A vector as .npy, version 1.0 of the format. */
function npy(values: readonly number[]): Uint8Array {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }`;
  const header = `${dict.padEnd(128 - 10 - 1)}\n`;
  const magic = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
  return Buffer.concat([magic, Buffer.from(header), Buffer.from(Float32Array.from(values).buffer)]);
}
