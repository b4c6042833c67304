import type { Store } from "express-rate-limit";

interface Count {
  totalHits: number;
  readonly resetTime: Date;
}

/** Counts within windows of time, of at most so many keys: beyond that the oldest is forgotten. The library's own keeps all. */
export function createBoundedCounts({ most, windowMs }: { most: number; windowMs: number }): Store {
  // Windows are of one length: who came first ends first.
  const counts = new Map<string, Count>();
  return {
    localKeys: true,
    increment(key) {
      const now = Date.now();
      let count = counts.get(key);
      if (!count || count.resetTime.getTime() <= now) {
        counts.delete(key);
        const [oldest] = counts.keys();
        if (oldest !== undefined && counts.size >= most) counts.delete(oldest);
        counts.set(key, (count = { totalHits: 0, resetTime: new Date(now + windowMs) }));
      }
      count.totalHits++;
      return count;
    },
    decrement(key) {
      const count = counts.get(key);
      if (count && count.totalHits > 0) count.totalHits--;
    },
    resetKey: (key) => void counts.delete(key),
  };
}
