import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { hasBit } from "../../catalogue/index/bits.ts";
import { docOfRow } from "../../catalogue/index/segments.ts";
import {
  type CandidateRow,
  readFamilies,
  readWithFoldedIds,
  readWithIds,
} from "../../catalogue/read/read-candidates.ts";
import { foldedFields } from "../../catalogue/facts/searched-texts.ts";
import { findInSegment, type SegmentFinds } from "./find-in-segment.ts";
import type { PreparedQuery } from "../term/image-query.ts";
import { keepNewest, newestRows } from "../answer/keep-newest.ts";
import type { SearchIndex } from "./search-index.ts";
import type { ViewSource } from "./view.ts";

/** What a query is looked up in. */
export interface Searched {
  readonly catalogue: Catalogue;
  readonly index: SearchIndex;
}

/** The matches of a query in one source. */
export interface SourceMatches {
  /** Set where the query names rows (ids, stars, families): each was checked by itself. */
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
    keepNewest(searched.catalogue, segments, latest);
    const rows = sides.flatMap(({ matches }) => matches.rows ?? []);
    for (const row of newestRows(rows, latest)) newest.add(row);
  }
  return all.map(({ matches: { rows, segments } }) => ({ rows: rows?.filter((row) => newest.has(row)), segments }));
}

/** What the matches of a source depend on. */
export type MatchedSource = Pick<ViewSource, "backendId" | "hidden" | "starred"> & {
  readonly source: { readonly id: number };
};

/** The same in one source, but for `latest`. */
export function matchSource({ catalogue, index }: Searched, view: MatchedSource, query: PreparedQuery): SourceMatches {
  const listed = readListed(catalogue, view, query);
  if (listed) {
    return { rows: listed.filter((row) => isShown(row, view, query)), segments: [] };
  }
  const open = index.segmentsOf(view.source.id, "present");
  return { rows: undefined, segments: open.map((each) => findInSegment(index, each, query, view.hidden)) };
}

/** Whether a query finds a row of a source, as the index would tell, but for `latest`. */
export function isShown(row: CandidateRow, { hidden }: Pick<ViewSource, "hidden">, query: PreparedQuery): boolean {
  return !hidden.has(row.rowId) && query.finds(row, foldedFields(row));
}

/** The rows to check one by one, where a query names them: ids, stars, families. */
function readListed(
  catalogue: Catalogue,
  { source, starred }: MatchedSource,
  { families, ids, starredOnly }: PreparedQuery,
): CandidateRow[] | undefined {
  if (ids) {
    const ofFamilies = families && new Set(readFamilies(catalogue, source.id, families).map(({ rowId }) => rowId));
    return readWithFoldedIds(catalogue, source.id, ids).filter(
      ({ rowId, imageId }) => (ofFamilies?.has(rowId) ?? true) && (!starredOnly || starred.has(imageId)),
    );
  }
  if (!families) return starredOnly ? readWithIds(catalogue, source.id, [...starred]) : undefined;
  const rows = readFamilies(catalogue, source.id, families);
  return starredOnly ? rows.filter(({ imageId }) => starred.has(imageId)) : rows;
}

/** Whether a row is among the matches in segments. */
export function isFound(segments: readonly SegmentFinds[], rowId: number): boolean {
  return segments.some(({ open: { segment }, found }) => {
    const doc = docOfRow(segment, rowId);
    return doc !== undefined && hasBit(found, doc);
  });
}
