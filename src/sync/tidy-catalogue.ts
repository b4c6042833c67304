import { deriveAnew, sourcesToDerive } from "../catalogue/listing/derive-anew.ts";
import { forgetRetired, hasForgettable } from "../catalogue/listing/forget-retired.ts";
import { dropTextTables, hasTextTables } from "../catalogue/index/drop-text-tables.ts";
import { hasMergeable, mergeSegments } from "../catalogue/index/merge-segments.ts";
import { dropLeftovers, hasLeftovers } from "../catalogue/index/stage-segments.ts";
import { type Catalogue, openCatalogue } from "../catalogue/file/open-catalogue.ts";
import { hasPrunable, pruneSources } from "../catalogue/listing/prune-sources.ts";
import type { Log } from "../log.ts";
import { lockSource } from "./source-lock.ts";
import type { ListingStore, RecordOf } from "./sync-source-options.ts";

/** Whether `tidyCatalogue` has something to do. */
export function isUntidy(catalogue: Catalogue, { keepRetired, now }: { keepRetired: number; now: string }): boolean {
  return (
    hasPrunable(catalogue, now) ||
    sourcesToDerive(catalogue).length > 0 ||
    hasTextTables(catalogue) ||
    hasForgettable(catalogue, now, keepRetired) ||
    hasMergeable(catalogue) ||
    hasLeftovers(catalogue)
  );
}

/**
 * Removes what no backend shows any more and images that were retired long ago, derives again what an older release derived,
 * and merges segments of the search index. Never throws: the next call continues.
 */
export async function tidyCatalogue({
  file,
  recordOf,
  store,
  keepRetired,
  now,
  signal,
  log,
}: {
  readonly file: string;
  readonly recordOf: RecordOf;
  /** Absent: the file is the record. */
  readonly store?: ListingStore | undefined;
  /** Days for which retired images are kept. */
  readonly keepRetired: number;
  readonly now: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}): Promise<void> {
  try {
    using catalogue = store?.open() ?? openCatalogue(file, { mustExist: true });
    await recordOf(catalogue).expireHeldViews(now);
    const removed = await (store ? store.prune() : pruneSources(catalogue));
    if (removed > 0) log.info({ removed }, "removed sources that no backend shows");
    for (const sourceId of sourcesToDerive(catalogue)) {
      if (signal.aborted) return;
      // A source that is being listed was renewed before its listing.
      using lock = lockSource(file, sourceId);
      if (lock && (await deriveAnew(catalogue, sourceId, now))) log.info({ source: sourceId }, "derived data rebuilt");
    }
    await dropTextTables(catalogue);
    await dropLeftovers(catalogue, sourcesToDerive(catalogue));
    const forgotten = await (store ? store.forget(now, keepRetired) : forgetRetired(catalogue, now, keepRetired));
    if (forgotten > 0) log.info({ forgotten }, "removed images that were retired long ago");
    const merged = await mergeSegments(catalogue, signal);
    if (merged > 0) log.info({ merged }, "merged segments of the search index");
  } catch (error) {
    log.error({ err: error }, "cleaning up failed");
  }
}
