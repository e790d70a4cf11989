import { elfSections } from "./elf.js";

/** What a model adds to a firmware's read-only memory, without start-up and C library. */
export interface Footprint {
  /** Instructions and their constants: model_predict and all kernels it calls. */
  readonly code_bytes: number;
  readonly weight_bytes: number;
}

/** Measures a relocatable ELF file that holds model_predict and nothing it does not need. */
export function footprint(elf: Uint8Array): Footprint {
  const sections = elfSections(elf);
  const sum = (belongs: (name: string, executable: boolean) => boolean) =>
    sections
      .filter(({ name, executable }) => belongs(name, executable))
      .reduce((total, { bytes }) => total + bytes, 0);
  const isWeights = (name: string) => name.startsWith(".rodata.pfp_weights");
  return {
    code_bytes: sum(
      (name, executable) => executable || (name.startsWith(".rodata") && !isWeights(name)),
    ),
    weight_bytes: sum(isWeights),
  };
}
