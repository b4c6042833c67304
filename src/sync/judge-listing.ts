import type { RunCode } from "../catalogue/file/run-codes.ts";
import type { ShrunkListings } from "../record/shrunk-listings.ts";

/** How much smaller than the catalogue an accepted listing may be. */
export interface ShrinkLimits {
  /** The greatest share of images that may be missing: 0.2 is a fifth. */
  readonly maxShrink: number;
  /** Accept this listing no matter how small it is. */
  readonly acceptShrink: boolean;
}

/** A complete listing, in numbers. */
export interface ListingCounts {
  /** Images that the catalogue has of what was listed, without those that the listing cannot know of. */
  readonly before: number;
  /** Images that the listing cannot know of. */
  readonly kept?: number;
  readonly listed: number;
  /** Up to so many of those before were not asked for again, so it is no fault that they are missing. */
  readonly left?: number;
  /** Images that came and could not be read. */
  readonly unreadable?: number;
  /** The listings before this one that were refused because they had shrunk. */
  readonly shrunk?: ShrunkListings;
  /** ISO 8601. */
  readonly now: string;
}

export type ListingVerdict =
  | {
      readonly outcome: "commit";
      /** Set if a shrunken listing is accepted after others like it; includes this one. */
      readonly shrunk?: ShrunkListings;
    }
  | {
      readonly outcome: "refuse";
      readonly code: Extract<RunCode, "shrunken" | "emptied" | "unreadable">;
      readonly reason: string;
      /** The refused listings to remember, including this one. Absent if it is no evidence. */
      readonly shrunk?: ShrunkListings;
    };

/** So many shrunken listings in a row, over so long a time, are accepted. */
const BELIEVED_LISTINGS = 3;
const BELIEVED_AFTER_MS = 30 * 60_000;
/** If more images than these vanished altogether, only a person can accept that. */
const MOST_EMPTIED = 10;

/**
 * Decides whether a complete listing may become the catalogue. A mostly unreadable one may not. An empty or sharply shrunken
 * one is more likely a fault (a lost permission, a filter, a broken region) than the truth, unless it stays so for a while. One
 * vanished image is no sharp shrinking, even of a few.
 */
export function judgeListing(counts: ListingCounts, limits: ShrinkLimits): ListingVerdict {
  const { before, kept = 0, listed, left = 0, unreadable = 0 } = counts;
  const unreadableVerdict = judgeReadable(listed, unreadable);
  if (unreadableVerdict.outcome === "refuse") return unreadableVerdict;
  const lost = before - left - listed;
  const isEmptied = before > 0 && listed === 0;
  const isSharp = lost > 1 && lost / before > limits.maxShrink;
  if (limits.acceptShrink || !(isEmptied || isSharp)) return { outcome: "commit" };
  const others = kept > 0 ? `, not counting ${kept} that it could not reach,` : "";
  const found = `the listing has ${listed} images where the catalogue has ${before}${others}`;
  const percent = Math.round((lost / before) * 100);
  const shrink = `${found} (${percent} % fewer; at most ${limits.maxShrink * 100} % is accepted at once)`;
  if (isEmptied && before > MOST_EMPTIED) {
    const advice = "if they are really gone, sync with --accept-shrink";
    return { outcome: "refuse", code: "emptied", reason: `${shrink}; ${advice}` };
  }
  const shrunk = addListing(counts.shrunk ?? { count: 0, since: null }, counts.now);
  if (isBelievable(shrunk, counts.now)) return { outcome: "commit", shrunk };
  return {
    outcome: "refuse",
    code: isEmptied ? "emptied" : "shrunken",
    reason: `${shrink}; ${prospectOf(shrunk)}`,
    shrunk,
  };
}

/** Refuses a mostly unreadable listing, no matter what the catalogue has. */
export function judgeReadable(listed: number, unreadable: number): ListingVerdict {
  if (unreadable <= listed) return { outcome: "commit" };
  const all = listed + unreadable;
  const share = listed === 0 ? `none of the ${all} images` : `only ${listed} of ${all} images`;
  return { outcome: "refuse", code: "unreadable", reason: `${share} could be read` };
}

/** If the clock was set back since the first of them, the count begins again, since the time between them is unknown. */
function addListing({ count, since }: ShrunkListings, now: string): ShrunkListings {
  if (since === null || Date.parse(now) < Date.parse(since)) return { count: 1, since: now };
  return { count: count + 1, since };
}

function isBelievable({ count, since }: ShrunkListings, now: string): boolean {
  return since !== null && count >= BELIEVED_LISTINGS && Date.parse(now) - Date.parse(since) >= BELIEVED_AFTER_MS;
}

/** What will become of listings like this one. */
function prospectOf({ count, since }: ShrunkListings): string {
  const more = Math.max(1, BELIEVED_LISTINGS - count);
  const from = new Date(Date.parse(since ?? "") + BELIEVED_AFTER_MS).toISOString();
  const listings = more === 1 ? "one more such listing" : `${more} more such listings`;
  return `it is accepted after ${listings}, from ${from} on, or now with --accept-shrink`;
}
