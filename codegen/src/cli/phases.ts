import { type Progress, startProgress } from "./progress.js";

/** Progress of one thing after the other, each shown from its start to its end. */
export interface Phases {
  update(what: string, done: number, of: number): void;
  stop(): void;
}

export function startPhases(stream: NodeJS.WriteStream): Phases {
  let current: { readonly what: string; readonly progress: Progress } | undefined;
  return {
    update: (what, done, of) => {
      if (current?.what !== what) {
        current?.progress.stop();
        current = { what, progress: startProgress(of, stream, what) };
      }
      current.progress.update(done);
    },
    stop: () => current?.progress.stop(),
  };
}
