import cliProgress from "cli-progress";

const LINE_EVERY_MS = 5_000;

/** Shows how many of `total` images, or what `things` says, are done. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A bar where `stream` is a terminal, else a plain line every five seconds. */
export function startProgress(
  total: number,
  stream: NodeJS.WriteStream,
  things = "images",
): Progress {
  return stream.isTTY ? bar(total, stream, things) : lines(total, stream, things);
}

function bar(total: number, stream: NodeJS.WriteStream, things: string): Progress {
  const progress = new cliProgress.SingleBar(
    {
      format: `{bar} {value} of {total} ${things}, {duration_formatted}`,
      stream,
      clearOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  progress.start(total, 0);
  return { update: (done) => progress.update(done), stop: () => progress.stop() };
}

function lines(total: number, stream: NodeJS.WriteStream, things: string): Progress {
  let last = Date.now();
  return {
    update: (done) => {
      if (Date.now() - last >= LINE_EVERY_MS) {
        last = Date.now();
        stream.write(`${done} of ${total} ${things}\n`);
      }
    },
    stop: () => {},
  };
}
