import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "npyjs";
import { layerTensors, numbers, posteriorFile } from "../scripts/posterior/posterior-file.js";

/** Ten million weights in the first layer. */
const [HIDDEN, INPUTS] = [3200, 3125];

const POLL_MS = 10;

/** What a command took from its start to its end. */
export interface Effort {
  readonly seconds: number;
  /** The most memory that it and all that it had started held at once. */
  readonly bytes: number;
}

/**
 * `pfp run` of a model of ten million weights on the host: generating it, building it by compiler and
 * linker, and one prediction.
 */
export async function largeModelEffort(): Promise<Effort> {
  const folder = mkdtempSync(join(tmpdir(), "pfp-bench-"));
  try {
    const model = join(folder, "large.safetensors");
    const input = join(folder, "input.npy");
    writeFileSync(model, largeModel());
    writeFileSync(input, new Uint8Array(dump(Float32Array.from(numbers(INPUTS, 9)), [INPUTS])));
    return await effortOf(["run", model, "--target", "host", "--input", input, "--json"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function effortOf(words: readonly string[]): Promise<Effort> {
  const start = performance.now();
  const child = spawn(process.execPath, ["codegen/bin/pfp.js", ...words], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  let bytes = 0;
  const watch = setInterval(() => {
    bytes = Math.max(bytes, residentBytes(child.pid ?? 0));
  }, POLL_MS);
  const [code] = await once(child, "close");
  clearInterval(watch);
  if (code !== 0) {
    throw new Error(`pfp ${words.join(" ")} ended with exit code ${code}`);
  }
  return { seconds: (performance.now() - start) / 1000, bytes };
}

/** Memory of a process and all that it has started, shared pages counted for each. */
function residentBytes(pid: number): number {
  const read = (name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, "utf8");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(read("status"))?.[1] ?? 0);
  const started = read(`task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return started.reduce((sum, child) => sum + residentBytes(child), 1024 * own);
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
