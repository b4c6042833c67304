import type { Store } from "express-rate-limit";

interface Count {
  totalHits: number;
  /** Of the monotonic clock: the other may be set back, and nobody should wait for it. */
  readonly endsAt: number;
}

/** Counts within windows of time, of at most so many keys: beyond that the oldest is forgotten. The library's own keeps all. */
export function createBoundedCounts({
  most,
  windowMs,
  monotonic = () => performance.now(),
}: {
  readonly most: number;
  readonly windowMs: number;
  readonly monotonic?: () => number;
}): Store {
  // Windows are of one length: who came first ends first.
  const counts = new Map<string, Count>();
  return {
    localKeys: true,
    increment(key) {
      const now = monotonic();
      let count = counts.get(key);
      if (!count || count.endsAt <= now) {
        counts.delete(key);
        const [oldest] = counts.keys();
        if (oldest !== undefined && counts.size >= most) counts.delete(oldest);
        counts.set(key, (count = { totalHits: 0, endsAt: now + windowMs }));
      }
      count.totalHits++;
      return { totalHits: count.totalHits, resetTime: new Date(Date.now() + count.endsAt - now) };
    },
    decrement(key) {
      const count = counts.get(key);
      if (count && count.totalHits > 0) count.totalHits--;
    },
    resetKey: (key) => void counts.delete(key),
  };
}
