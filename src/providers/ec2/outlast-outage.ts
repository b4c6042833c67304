import { setTimeout as wait } from "node:timers/promises";
import type { Patience } from "../provider.ts";
import { mayPass } from "./failure.ts";

interface Outage {
  readonly tuning: Patience;
  readonly signal: AbortSignal;
  /** Told of each failure that another try follows. */
  readonly onFailure: (error: unknown) => void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * Asks again while a service fails in ways that pass: the SDK gives up within seconds, but in the midst of a listing all that
 * was listed would be lost. Rejects with the last failure when it lasted for longer than `maxOutage`.
 */
export async function outlastOutage<T>(ask: () => Promise<T>, { tuning, signal, onFailure }: Outage): Promise<T> {
  const { maxOutage = 0, sleep = (ms, until) => wait(ms, undefined, { signal: until }) } = tuning;
  let waited = 0;
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || waited >= maxOutage || !mayPass(error)) throw error;
      onFailure(error);
      const ms = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
      waited += ms;
      await sleep(ms, signal);
    }
  }
}
