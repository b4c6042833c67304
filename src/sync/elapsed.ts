/** How many ms ago a moment was: `at` is the clock now, both in ms since 1970. Never negative. */
export type Elapsed = (since: number, at: number) => number;

/** How many future moments are remembered; for a forgotten one the time begins again. */
const MOST_NOTICED = 1000;

/**
 * Measures time although the clock may be set back: a moment in the future counts as the moment when it was first noticed. So
 * nothing waits until the clock catches up, and nothing is due at once.
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
