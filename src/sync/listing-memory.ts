import type { Source } from "../record/sources.ts";

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

/** What is remembered of a source. */
export interface RememberedListing {
  readonly sourceId: number;
  /** Undefined: nothing any more. */
  readonly version: string | undefined;
  readonly syncedAt: string | null;
}

/** `listings` are those of a thread that has ended; `onChange` hears what is to be kept for the next one. */
export function createListingMemory(
  listings: Iterable<RememberedListing> = [],
  onChange?: (listing: RememberedListing) => void,
): ListingMemory {
  const known = new Map(Array.from(listings, (listing) => [listing.sourceId, listing]));
  return {
    recall({ id, syncedAt }) {
      const last = known.get(id);
      return last?.syncedAt === syncedAt ? last?.version : undefined;
    },
    remember({ id, syncedAt }, version) {
      const listing = { sourceId: id, version, syncedAt };
      if (version === undefined) known.delete(id);
      else known.set(id, listing);
      onChange?.(listing);
    },
  };
}
