import type Database from "better-sqlite3";
import type { FamilyIndex } from "./family-index.ts";
import { findInSource, type KnownFinds, type SourceFinds, type Thresholds } from "./find-in-source.ts";
import type { PreparedQuery } from "./image-query.ts";
import type { Placed } from "./merge-sources.ts";
import { sourceIdsOf, type View, type ViewSource } from "./view.ts";

/** A source of a view, and what it holds of a query. */
export interface Side {
  readonly view: ViewSource;
  readonly finds: SourceFinds;
}

const NO_STARS: ReadonlySet<string> = new Set();

/** Looks a query up in every source of a view, step by step; `known` is what an earlier look at the same told. */
export function* lookUp(
  db: Database.Database,
  view: View,
  query: PreparedQuery,
  families: Pick<FamilyIndex, "score">,
  thresholds: Thresholds,
  known?: readonly KnownFinds[],
): Generator<void, Side[]> {
  let found: ReadonlyMap<number, number> | undefined;
  const scores = (): ReadonlyMap<number, number> => (found ??= scoresFor(view, query, families));
  const sides: Side[] = [];
  for (const [at, one] of view.sources.entries()) {
    const source = query.ignoresStars ? { ...one, starred: NO_STARS } : one;
    sides.push({ view: source, finds: yield* findInSource(db, source, query, scores, thresholds, known?.[at]) });
  }
  return sides;
}

/** What the family index says of a query in a view, by family id. */
export function scoresFor(
  view: View,
  { term }: PreparedQuery,
  families: Pick<FamilyIndex, "score">,
): ReadonlyMap<number, number> {
  const parts = term.words.flatMap((word) => word.parts);
  return families.score(parts, sourceIdsOf(view));
}

/** How many images are found in each source, worked out in steps of a few milliseconds; `inIndex` is what its index has. */
export function* countFinds(sides: readonly Side[], inIndex?: readonly number[]): Generator<void, number[]> {
  const counts: number[] = [];
  for (const [at, { finds }] of sides.entries()) counts.push(yield* finds.count(inIndex?.[at]));
  return counts;
}

/** The next finds of an order, after `offset` others; pauses where the order does. */
export function* take(placed: Iterator<Placed | undefined>, offset: number, limit: number): Generator<void, Placed[]> {
  const taken: Placed[] = [];
  for (let at = 0; taken.length < limit;) {
    const next = placed.next();
    if (next.done) break;
    if (next.value === undefined) yield;
    else if (at++ >= offset) taken.push(next.value);
  }
  return taken;
}
