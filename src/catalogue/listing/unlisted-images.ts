import type { ListingStage } from "./stage-listing.ts";

/** What a listing cannot tell of: images that it did not bring and that may be there all the same. */
export interface ListingGaps {
  /** Ids of images that came and could not be read. */
  readonly unreadable: ReadonlySet<string>;
  /** Parts that were out of reach. */
  readonly parts: ReadonlySet<string>;
  /** Images came that could not be read, nor their ids: each unlisted image may be one of them. */
  readonly isAnyUnreadable: boolean;
}

const NO_GAPS: ListingGaps = { unreadable: new Set(), parts: new Set(), isAnyUnreadable: false };

/** The present images of a source that a listing did not bring, by row. */
export interface UnlistedImages {
  /** Those that the cloud does not have any more, if the listing is believed. */
  readonly absent: readonly number[];
  /** How many stay as they were, since the listing cannot tell of them. */
  readonly kept: number;
}

/** Tells the images that are gone from those that a listing has no news of. Call before the commit. */
export function findUnlisted(stage: ListingStage, gaps: ListingGaps = NO_GAPS): UnlistedImages {
  const { sqlite } = stage.catalogue;
  // Read from the index of positions alone; only rows that are not there unchanged are looked at.
  const present = sqlite
    .prepare<[number], number>("SELECT id FROM images WHERE source_id = ? AND position IS NOT NULL")
    .pluck()
    .all(stage.sourceId);
  const read = sqlite.prepare<[number], { imageId: string; part: string | null }>(
    "SELECT image_id AS imageId, part FROM images WHERE id = ?",
  );
  const absent: number[] = [];
  let kept = 0;
  for (const id of present) {
    const image = stage.isUnchanged(id) ? undefined : read.get(id);
    if (!image || stage.isListed(image.imageId)) continue;
    if (isInGap(image, gaps)) kept++;
    else absent.push(id);
  }
  return { absent, kept };
}

/** Rows of releases that noted no part may be of any. */
function isInGap(image: { readonly imageId: string; readonly part: string | null }, gaps: ListingGaps): boolean {
  if (gaps.isAnyUnreadable || gaps.unreadable.has(image.imageId)) return true;
  return image.part === null ? gaps.parts.size > 0 : gaps.parts.has(image.part);
}
