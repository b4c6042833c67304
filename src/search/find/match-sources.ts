import type Database from "better-sqlite3";
import { hasBit } from "../../catalogue/index/bits.ts";
import { docOfRow } from "../../catalogue/index/segments.ts";
import { type CandidateRow, readFamilies, readWithFoldedIds, readWithIds } from "../../catalogue/read/read-images.ts";
import { foldedFields } from "../../catalogue/facts/searched-texts.ts";
import { findInSegment, type SegmentFinds } from "./find-in-segment.ts";
import type { PreparedQuery } from "../term/image-query.ts";
import { keepNewest, newestRows } from "../answer/keep-newest.ts";
import type { SearchIndex } from "./search-index.ts";
import type { ViewSource } from "./view.ts";

/** Where sources are looked up. */
export interface Searched {
  readonly db: Database.Database;
  readonly index: SearchIndex;
}

/** The matches of a query in a source. */
export interface SourceMatches {
  /** If the query names rows, each is examined. */
  readonly rows: readonly CandidateRow[] | undefined;
  readonly segments: readonly SegmentFinds[];
}

/** Looks a query up in the sources of a view. */
export function matchSources(
  searched: Searched,
  views: readonly MatchedSource[],
  query: PreparedQuery,
): SourceMatches[] {
  const all = views.map((view) => ({ view, matches: matchSource(searched, view, query) }));
  const { latest } = query;
  if (latest === undefined) return all.map(({ matches }) => matches);
  const newest = new Set<CandidateRow>();
  for (const sides of Map.groupBy(all, ({ view }) => view.backendId).values()) {
    const segments = sides.map(({ matches }) => matches.segments);
    keepNewest(searched.db, segments, latest);
    const rows = sides.flatMap(({ matches }) => matches.rows ?? []);
    for (const row of newestRows(rows, latest)) newest.add(row);
  }
  return all.map(({ matches: { rows, segments } }) => ({ rows: rows?.filter((row) => newest.has(row)), segments }));
}

/** The parts of a source that its matches depend on. */
export type MatchedSource = Pick<ViewSource, "backendId" | "hidden" | "starred"> & {
  readonly source: { readonly id: number };
};

/** The same in one source, without `latest`. */
export function matchSource({ db, index }: Searched, view: MatchedSource, query: PreparedQuery): SourceMatches {
  const listed = readListed(db, view, query);
  if (listed) {
    const rows = listed.filter((row) => !view.hidden.has(row.rowId) && query.finds(row, foldedFields(row)));
    return { rows, segments: [] };
  }
  const open = index.segmentsOf(view.source.id, "present");
  return { rows: undefined, segments: open.map((each) => findInSegment(index, each, query, view.hidden)) };
}

/** The rows to examine one by one, if a query names them: ids, stars, families. */
function readListed(
  db: Database.Database,
  { source, starred }: MatchedSource,
  { families, ids, starredOnly }: PreparedQuery,
): CandidateRow[] | undefined {
  if (ids) {
    const ofFamilies = families && new Set(readFamilies(db, source.id, families).map(({ rowId }) => rowId));
    return readWithFoldedIds(db, source.id, ids).filter(
      ({ rowId, imageId }) => (ofFamilies?.has(rowId) ?? true) && (!starredOnly || starred.has(imageId)),
    );
  }
  if (!families) return starredOnly ? readWithIds(db, source.id, [...starred]) : undefined;
  const rows = readFamilies(db, source.id, families);
  return starredOnly ? rows.filter(({ imageId }) => starred.has(imageId)) : rows;
}

/** Whether a row is among the matches of the segments. */
export function isFound(segments: readonly SegmentFinds[], rowId: number): boolean {
  return segments.some(({ open: { segment }, found }) => {
    const doc = docOfRow(segment, rowId);
    return doc !== undefined && hasBit(found, doc);
  });
}
