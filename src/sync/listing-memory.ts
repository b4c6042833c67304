import type { Source } from "../catalogue/sources.ts";
/**
 * Which version of its cloud's offer each source's catalogue holds, for as long as the process lives: after a start, which
 * may be of another release that reads more of the same answers, every source is listed once.
 */
export interface ListingMemory {
  /** Undefined also when another process has made another listing the catalogue since. */
  recall(source: Source): string | undefined;
  /** To be told after the commit; without a version forgets the last one. */
  remember(source: Source, version: string | undefined): void;
}

export function createListingMemory(): ListingMemory {
  const known = new Map<number, { readonly version: string; readonly syncedAt: string | null }>();
  return {
    recall({ id, syncedAt }) {
      const last = known.get(id);
      return last?.syncedAt === syncedAt ? last?.version : undefined;
    },
    remember({ id, syncedAt }, version) {
      if (version === undefined) known.delete(id);
      else known.set(id, { version, syncedAt });
    },
  };
}
