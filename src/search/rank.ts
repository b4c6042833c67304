import { newestFirstKey } from "../version-order.ts";
import { bandOfPosition, trustOfPosition } from "../catalogue/positions.ts";

/** What an image's place in an answer depends on. */
export interface RankKey {
  readonly starred: boolean;
  /** The term is the whole id, or the whole name of a known publisher's image. */
  readonly exact: boolean;
  /** The term is the whole name of anybody's image. */
  readonly named: boolean;
  /** 0 to 4; see fit.ts. */
  readonly fit: number;
  readonly position: number;
  /** MiniSearch's score of the family of a newest build; 0 for all others. */
  readonly score: number;
}

/** What decides between images that are equal in all else. */
export interface Age {
  /** "" when unknown: after all others. */
  readonly orderedAt: string;
  readonly name: string;
  readonly imageId: string;
}

/**
 * The order of answers: starred, then exact, then by fit, then by trust, then those that anybody named so, then latest
 * builds, then by MiniSearch's score. 0 when only age can tell. Whoever gives an image a well-known name cannot put it
 * before those of the publisher that it imitates.
 */
export function compareRank(a: RankKey, b: RankKey): number {
  return (
    Number(b.starred) - Number(a.starred) ||
    Number(b.exact) - Number(a.exact) ||
    a.fit - b.fit ||
    trustOfPosition(b.position) - trustOfPosition(a.position) ||
    Number(b.named) - Number(a.named) ||
    bandOfPosition(b.position) - bandOfPosition(a.position) ||
    b.score - a.score
  );
}

/** Newest first: by time, then by version; then by id. */
export function compareAge(a: Age, b: Age): number {
  if (a.orderedAt !== b.orderedAt) return a.orderedAt > b.orderedAt ? -1 : 1;
  const [version, other] = [newestFirstKey(a.name), newestFirstKey(b.name)];
  if (version !== other) return version < other ? -1 : 1;
  return a.imageId === b.imageId ? 0 : a.imageId < b.imageId ? -1 : 1;
}
