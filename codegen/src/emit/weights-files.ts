import type { Plan } from "../plan/plan.js";
import { type Constant, listConstants } from "./constants.js";
import type { GeneratedFile, Templates } from "./generation.js";
import { shortHash } from "./hash.js";
import type { Names } from "./names.js";
import { render } from "./render.js";
import { type Identity, weightsBinView, weightsView } from "./view-models.js";

/** Weights of more bytes go into a .bin, which compilers take in much faster than C text. */
export const MAX_TEXT_BYTES = 1_000_000;

/** The first bytes of a .bin, by which pfp knows its own. */
export const BIN_MAGIC = "pfp weights, 16B";

const ALIGN = 16;

export interface WeightsFiles {
  readonly files: readonly GeneratedFile[];
  /** Covers the weights and nothing of the tool, so that a release leaves it as it is. */
  readonly weightsHash: string;
}

/**
 * The constants of a model: as text in NAME_weights.c, or when they are large in
 * NAME_weights_HASH.bin, which NAME_weights.c includes. The hash in the file's name makes the
 * assembler miss a .bin of another run.
 */
export function weightsFiles(
  plan: Plan,
  names: Names,
  unsigned: Identity,
  templates: Templates,
): WeightsFiles {
  const constants = listConstants(plan, names);
  const bytes = constants.reduce((sum, { values }) => sum + values.byteLength, 0);
  const name = `${names.prefix}_weights.c`;
  if (bytes <= MAX_TEXT_BYTES) {
    const view = weightsView(plan, names, unsigned);
    const weightsHash = shortHash(render(templates.weights, view));
    return {
      files: [{ name, content: render(templates.weights, { ...view, weightsHash }) }],
      weightsHash,
    };
  }
  const bin = layOutBin(constants);
  const view = weightsBinView(plan, names, unsigned, bin.offsets);
  const weightsHash = shortHash(render(templates.weightsBin, view), bin.content);
  const file = binName(names.prefix, weightsHash);
  const content = render(templates.weightsBin, { ...view, weightsHash, file });
  return {
    files: [
      { name, content },
      { name: file, content: bin.content },
    ],
    weightsHash,
  };
}

/** `model_weights_1234abcd.bin` */
function binName(prefix: string, weightsHash: string): string {
  return `${prefix}_weights_${weightsHash.replace(/^0x|u$/g, "")}.bin`;
}

/** BIN_MAGIC, then the constants in order, each on a boundary of 16 bytes, little-endian. */
function layOutBin(constants: readonly Constant[]) {
  const offsets: number[] = [];
  let end = ALIGN;
  for (const { values } of constants) {
    offsets.push(end);
    end += Math.ceil(values.byteLength / ALIGN) * ALIGN;
  }
  const content = new Uint8Array(end);
  content.set(new TextEncoder().encode(BIN_MAGIC));
  constants.forEach(({ values }, index) => {
    content.set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      offsets[index],
    );
  });
  return { content, offsets };
}
