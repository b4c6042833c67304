import type { Source } from "../record/sources.ts";

/**
 * The version of its cloud's offer that each source's catalogue has. Kept only as long as the process lives: another release
 * may read more of the same answers, so every source is listed once after a start.
 */
export interface ListingMemory {
  /** Undefined also if another process has committed a listing since. */
  recall(source: Source): string | undefined;
  /** Call it after the commit; without a version it forgets the last one. */
  remember(source: Source, version: string | undefined): void;
}

/** What is remembered of a source. */
export interface RememberedListing {
  readonly sourceId: number;
  /** Undefined: nothing any more. */
  readonly version: string | undefined;
  readonly syncedAt: string | null;
}

/** `listings`: those of a thread that has ended. `onChange` gets what the next thread needs. */
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
