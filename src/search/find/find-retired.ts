import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { bitsOf } from "../../catalogue/index/bits.ts";
import { type EntryShape, readEntries } from "../../catalogue/read/read-entries.ts";
import { readRetiredRows, retiredElsewhere } from "../../catalogue/read/read-retired.ts";
import { findInSegment } from "./find-in-segment.ts";
import type { Searched } from "./match-sources.ts";
import type { PreparedQuery } from "../term/image-query.ts";
import { sourceIdsOf, type View, type ViewSource } from "./view.ts";

/** A retired image that a query finds. */
export interface RetiredFind {
  readonly view: ViewSource;
  readonly rowId: number;
  /** When it was retired, in milliseconds. */
  readonly retired: number;
  readonly isStarred: boolean;
}

/** Finds retired images, the latest first. */
export function findRetired(searched: Searched, view: View, query: PreparedQuery): RetiredFind[] {
  // An image that is no longer listed is the newest of nothing.
  if (query.latest !== undefined) return [];
  return view.sources
    .flatMap((side) => findInSide(searched, view, side, query))
    .toSorted((a, b) => b.retired - a.retired || b.rowId - a.rowId);
}

function findInSide({ catalogue, index }: Searched, view: View, side: ViewSource, query: PreparedQuery): RetiredFind[] {
  const { source, starred } = side;
  const hidden = hiddenRows(catalogue, view, side);
  const starredRows = new Set(readRetiredRows(catalogue, source.id, { imageIds: [...starred] }));
  const { families, ids } = query;
  const named = [
    ...(families ? [new Set(readRetiredRows(catalogue, source.id, { families }))] : []),
    ...(ids ? [new Set(readRetiredRows(catalogue, source.id, { foldedIds: ids }))] : []),
  ];
  return index
    .segmentsOf(source.id, "retired")
    .flatMap((open) => {
      const { rows, keys } = open.segment;
      return Array.from(bitsOf(findInSegment(index, open, query, hidden).found), (doc): RetiredFind => {
        const rowId = rows.at(doc);
        return { view: side, rowId, retired: keys.at(doc), isStarred: starredRows.has(rowId) };
      });
    })
    .filter(({ rowId, isStarred }) => (!query.starredOnly || isStarred) && named.every((rows) => rows.has(rowId)));
}

/** Images that another source of the view still lists are not retired; of those that two retired, the first one's word counts. */
function hiddenRows(catalogue: Catalogue, view: View, side: ViewSource): Set<number> {
  if (view.sources.length === 1) return new Set();
  const before = view.sources
    .slice(0, view.sources.indexOf(side))
    .filter(({ backendId }) => backendId === side.backendId)
    .map(({ source }) => source.id);
  return new Set(retiredElsewhere(catalogue, side.source.id, { sourceIds: [...sourceIdsOf(view)], before }));
}

/** The entries of retired images as pieces of a JSON array. */
export function* writeRetired(
  catalogue: Catalogue,
  found: readonly RetiredFind[],
  shape: EntryShape,
): Generator<Buffer> {
  let before = "[";
  for (const { view, rowId, isStarred } of found) {
    const { source, backendId } = view;
    const starred = isStarred ? [rowId] : [];
    yield readEntries(catalogue, { sourceId: source.id, backendId, rows: [rowId], starred }, shape, before);
    before = ",";
  }
  yield Buffer.from(before === "[" ? "[]" : "]");
}
