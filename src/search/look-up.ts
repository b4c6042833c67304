import type Database from "better-sqlite3";
import type { FamilyIndex } from "./family-index.ts";
import { findInSource, type KnownFinds, type SourceFinds } from "./find-in-source.ts";
import type { PreparedQuery } from "./image-query.ts";
import type { Placed } from "./merge-sources.ts";
import { sourceIdsOf, type View, type ViewSource } from "./view.ts";

/** A source of a view, and what it holds of a query. */
export interface Side {
  readonly view: ViewSource;
  readonly finds: SourceFinds;
}

/** Looks a query up in every source of a view; `known` is what an earlier look at the same told. */
export function lookUp(
  db: Database.Database,
  view: View,
  query: PreparedQuery,
  families: FamilyIndex,
  sortedFinds: number,
  known?: readonly KnownFinds[],
): Side[] {
  const parts = query.term.words.flatMap((word) => word.parts);
  let found: ReadonlyMap<number, number> | undefined;
  const scores = (): ReadonlyMap<number, number> => (found ??= families.score(parts, sourceIdsOf(view)));
  return view.sources.map((side, at) => ({
    view: side,
    finds: findInSource(db, side, query, scores, sortedFinds, known?.[at]),
  }));
}

/** How many images are found in each source, worked out in steps of a few milliseconds; `inIndex` is what its index has. */
export function* countFinds(sides: readonly Side[], inIndex?: readonly number[]): Generator<void, number[]> {
  const counts: number[] = [];
  for (const [at, { finds }] of sides.entries()) counts.push(yield* finds.count(inIndex?.[at]));
  return counts;
}

/** The next finds of an order, after `offset` others. */
export function take(placed: Iterator<Placed>, offset: number, limit: number): Placed[] {
  for (let skipped = 0; skipped < offset; skipped++) if (placed.next().done) return [];
  const taken: Placed[] = [];
  while (taken.length < limit) {
    const next = placed.next();
    if (next.done) return taken;
    taken.push(next.value);
  }
  return taken;
}
