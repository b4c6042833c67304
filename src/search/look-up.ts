import type Database from "better-sqlite3";
import type { FamilyIndex } from "./family-index.ts";
import { findInSource, type SourceFinds } from "./find-in-source.ts";
import type { PreparedQuery } from "./image-query.ts";
import type { Placed } from "./merge-sources.ts";
import { sourceIdsOf, type View, type ViewSource } from "./view.ts";

/** A source of a view, and what it holds of a query. */
export interface Side {
  readonly view: ViewSource;
  readonly finds: SourceFinds;
}

/** Looks a query up in every source of a view. */
export function lookUp(
  db: Database.Database,
  view: View,
  query: PreparedQuery,
  families: FamilyIndex,
  sortedFinds: number,
): Side[] {
  const parts = query.term.words.flatMap((word) => word.parts);
  const scores = families.score(parts, sourceIdsOf(view));
  return view.sources.map((side) => ({ view: side, finds: findInSource(db, side, query, scores, sortedFinds) }));
}

/** How many images are found in all sources together, worked out in steps of a few milliseconds. */
export function* countFinds(sides: readonly Side[]): Generator<void, number> {
  let sum = 0;
  for (const { finds } of sides) sum += yield* finds.count();
  return sum;
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
