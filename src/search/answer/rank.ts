import { standingOfKey, trustOfKey } from "../../catalogue/index/indexed-image.ts";

/** Works out MiniSearch's scores of the best families when they are first asked for, by the family's id. */
export type Scores = () => ReadonlyMap<number, number>;

/** What an image's place in an answer depends on. */
export interface RankKey {
  readonly starred: boolean;
  /** The term is the whole id, or the whole name of a known publisher's image. */
  readonly exact: boolean;
  /** The term is the whole name of anybody's image. */
  readonly named: boolean;
  /** A class; see fit.ts. */
  readonly fit: number;
  /** See orderKey; that of one that is not offered is lower. */
  readonly key: number;
  /** The family of a newest build; 0 for all others. */
  readonly family: number;
  /** MiniSearch's scores by family, which few answers need. */
  readonly scores: Scores;
}

/**
 * The order of answers: starred, then exact, then by fit, then by trust, then whole names of anybody, then by the rest of the
 * standing (offered, plain, the newest build of a family), then the newest, then by MiniSearch's score. 0 if only names and ids
 * can tell. A well-known name does not put an imitation before the images of its publisher.
 */
export function compareRank(a: RankKey, b: RankKey): number {
  return (
    Number(b.starred) - Number(a.starred) ||
    Number(b.exact) - Number(a.exact) ||
    a.fit - b.fit ||
    trustOfKey(b.key) - trustOfKey(a.key) ||
    Number(b.named) - Number(a.named) ||
    standingOfKey(b.key) - standingOfKey(a.key) ||
    b.key - a.key ||
    (a.family === b.family ? 0 : scoreOf(b) - scoreOf(a))
  );
}

/** MiniSearch's score of the family of a newest build; 0 for all others. */
export function scoreOf({ family, scores }: RankKey): number {
  return family === 0 ? 0 : (scores().get(family) ?? 0);
}
