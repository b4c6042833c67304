/** Remembers results; forgets the least recently used first. */
export interface Memo<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
}

/** `sizeOf` is in the unit of `capacity`; the key's length is added. A value that fills a tenth of the capacity is not kept. */
export function createMemo<T>(capacity: number, sizeOf: (value: T) => number): Memo<T> {
  const kept = new Map<string, { readonly value: T; readonly size: number }>();
  let used = 0;
  const forget = (key: string): void => {
    used -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };
  return {
    get(key) {
      const known = kept.get(key);
      if (!known) return undefined;
      kept.delete(key);
      kept.set(key, known);
      return known.value;
    },
    set(key, value) {
      forget(key);
      const size = sizeOf(value) + key.length;
      if (size > capacity / 10) return;
      kept.set(key, { value, size });
      used += size;
      for (const oldest of kept.keys()) {
        if (used <= capacity) break;
        forget(oldest);
      }
    },
    clear() {
      kept.clear();
      used = 0;
    },
  };
}
