import { LRUCache } from "lru-cache";

/** Remembers what was worked out, the least lately used forgotten first. */
export type Memo<T extends object | string> = Pick<LRUCache<string, T>, "get" | "clear"> & {
  set(key: string, value: T): unknown;
};

/** `sizeOf` is in the unit of `capacity`; the key's length is added. What alone would fill a tenth is not kept. */
export function createMemo<T extends object | string>(capacity: number, sizeOf: (value: T) => number): Memo<T> {
  // To the library a limit of 0 is none.
  return new LRUCache<string, T>({
    maxSize: Math.max(1, Math.floor(capacity)),
    maxEntrySize: Math.max(1, Math.floor(capacity / 10)),
    sizeCalculation: (value, key) => sizeOf(value) + key.length,
  });
}
