/** Remembers what was worked out, the least lately used forgotten first. */
export interface Memo<T> {
  get(key: string, workOut: () => T): T;
  clear(): void;
}

/** `sizeOf` is in the unit of `capacity`; the key's length is added. What alone would fill a tenth is not kept. */
export function createMemo<T>(capacity: number, sizeOf: (value: T) => number): Memo<T> {
  const kept = new Map<string, { readonly value: T; readonly size: number }>();
  let used = 0;
  return {
    get(key, workOut) {
      const known = kept.get(key);
      if (known) {
        kept.delete(key);
        kept.set(key, known);
        return known.value;
      }
      const value = workOut();
      const size = sizeOf(value) + key.length;
      if (size > capacity / 10) return value;
      kept.set(key, { value, size });
      used += size;
      for (const [oldest, { size: freed }] of kept) {
        if (used <= capacity) break;
        kept.delete(oldest);
        used -= freed;
      }
      return value;
    },
    clear() {
      kept.clear();
      used = 0;
    },
  };
}
