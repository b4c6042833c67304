/** What whoever reads the output does when it has enough: `imagedex find ubuntu | head -1`. */
const CLOSED = "EPIPE";

/**
 * From now on a reader that goes away ends this process without a word: what serves or waits stops in order, what only prints
 * goes on to its end unheard. Any other trouble with an output is thrown, as without this.
 */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount("error", forgive) === 0) stream.on("error", forgive);
  }
}

function forgive(error: NodeJS.ErrnoException): void {
  if (error.code !== CLOSED) throw error;
  if (process.listenerCount("SIGTERM") > 0) process.kill(process.pid, "SIGTERM");
}
