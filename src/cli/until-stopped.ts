import type { Log } from "../log.ts";

/** Resolves at SIGTERM or SIGINT; what is under way then ends in order. A second signal ends the process at once. */
export async function untilStopped(log: Log): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  log.info({ signal }, "stopping");
}
