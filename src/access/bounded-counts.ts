import type { Store } from "express-rate-limit";

interface Count {
  totalHits: number;
  /** By the monotonic clock, because the wall clock may be set back. */
  readonly endsAt: number;
}

/**
 * Counts requests per key within windows of time. Beyond a number of keys the oldest is forgotten; the library's own store
 * keeps all.
 */
export function createBoundedCounts({
  most,
  windowMs,
  monotonic = () => performance.now(),
}: {
  readonly most: number;
  readonly windowMs: number;
  readonly monotonic?: () => number;
}): Store {
  // All windows have the same length, so the first to begin is the first to end.
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
