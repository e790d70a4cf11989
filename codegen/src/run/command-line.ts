import type { Board } from "../target/board.js";

/**
 * The command that starts `program` on a board, by the rules of board.json.
 *
 * @param plugin a QEMU plugin with its options, left out where the board is not emulated
 */
export function commandLine(
  { run }: Pick<Board, "run">,
  program: string,
  programArguments: readonly string[],
  plugin?: string,
): [command: string, ...words: string[]] {
  const semihosting = programArguments.map((argument) => `,arg=${argument}`).join("");
  const expand = (word: string): readonly string[] => {
    switch (word) {
      case "${arguments}":
        return programArguments;
      case "${plugin}":
        return plugin === undefined ? [] : ["-plugin", plugin];
      default:
        return [
          word.replace("${program}", program).replace("${semihosting_arguments}", semihosting),
        ];
    }
  };
  const [command = ""] = expand(run.command);
  return [command, ...run.arguments.flatMap(expand)];
}

/** Whether instructions can be counted there. */
export function isEmulated(board: Pick<Board, "run">): boolean {
  return board.run.arguments.includes("${plugin}");
}
