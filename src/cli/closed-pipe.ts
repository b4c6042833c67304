/** The reader of the output has closed it: `imagedex find ubuntu | head -1`. */
const CLOSED = "EPIPE";

/**
 * From now on this process ends silently if its reader goes away: commands that serve or wait stop in order, commands that only
 * print run to their end. Any other error of an output is thrown, as usual.
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
