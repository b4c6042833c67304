import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 50;
/** Only what hangs takes as long: on a busy machine a process may take half a minute to start. */
const PATIENCE_MS = 240_000;

/**
 * Waits until `read` answers something else than undefined and false. Rejects after `ms`, with what was waited for and why `read` last
 * failed. What `read` throws counts as not yet.
 */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  ms = PATIENCE_MS,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + ms;
  let cause: unknown;
  do {
    try {
      const value = await limited(read, deadline - performance.now());
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(LOOK_MS);
  } while (performance.now() < deadline);
  throw new Error(`not within ${ms / 1000} s: ${what}${cause instanceof Error ? ` (${cause.message})` : ""}`, {
    cause,
  });
}

/** What never answers is waited for no longer than the rest. */
async function limited<T>(read: () => T | Promise<T>, ms: number): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error("no answer");
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([Promise.resolve(read()), late]);
  } finally {
    over.abort();
  }
}
