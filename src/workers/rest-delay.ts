/** How long a worker that ended rests before it is started again. */
export interface RestDelay {
  /** Milliseconds, after a worker that lived for so many. */
  after(livedMs: number): number;
}

const SHORTEST_MS = 100;
const LONGEST_MS = 30_000;
/** A worker that lived for so long did not end because of how it starts. */
const HEALTHY_MS = 60_000;

/** Twice as long each time, up to half a minute, and short again after a worker that lived for a minute. */
export function createRestDelay(): RestDelay {
  let next = SHORTEST_MS;
  return {
    after(livedMs) {
      if (livedMs >= HEALTHY_MS) next = SHORTEST_MS;
      const rest = next;
      next = Math.min(LONGEST_MS, next * 2);
      return rest;
    },
  };
}
