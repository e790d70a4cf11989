/** Executed instructions of model_predict, as qemu/icount.c counts them. */
export interface InstructionCount {
  readonly calls: number;
  readonly total: number;
  readonly min: number;
  readonly max: number;
}

/** Reads the plugin's line of region 0; undefined when the region was never run. */
export function parseInstructionCount(text: string): InstructionCount | undefined {
  const match = /^region 0 calls (\d+) instructions (\d+) min (\d+) max (\d+)$/m.exec(text);
  if (match === null) {
    return undefined;
  }
  const [calls = 0, total = 0, min = 0, max = 0] = match.slice(1).map(Number);
  return { calls, total, min, max };
}
