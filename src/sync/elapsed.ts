/** How many ms ago a moment was: `at` is the clock now, both in ms since 1970. Never negative. */
export type Elapsed = (since: number, at: number) => number;

/** Moments ahead that are remembered; the oldest are noticed anew. */
const MOST_NOTICED = 1000;

/**
 * Counts time though the clock may be set back: a moment that lies ahead is taken for one that was when it was first
 * noticed, and time goes on from there. So nothing waits for the clock to catch up, and nothing is due at once.
 */
export function createElapsed(monotonic: () => number = () => performance.now()): Elapsed {
  const noticed = new Map<number, number>();
  return (since, at) => {
    if (since <= at) return at - since;
    const then = noticed.get(since);
    if (then !== undefined) return monotonic() - then;
    const [oldest] = noticed.keys();
    if (oldest !== undefined && noticed.size >= MOST_NOTICED) noticed.delete(oldest);
    noticed.set(since, monotonic());
    return 0;
  };
}
