import { setImmediate as nextTurn } from "node:timers/promises";
import { INDEX_FORMAT } from "../../catalogue/index/index-source.ts";
import { type ChangeKind, type ChangeRange, type ChangeRow, readChanges } from "../../catalogue/read/read-changes.ts";
import { type Catalogue, catalogueVersion } from "../../catalogue/file/open-catalogue.ts";
import { getSource } from "../../record/sources.ts";
import { foldedFields } from "../../catalogue/facts/searched-texts.ts";
import { isFound, matchSources, type SourceMatches } from "./match-sources.ts";
import { type ImageQuery, type PreparedQuery, prepareQuery } from "../term/image-query.ts";
import { createSearchIndex, STREAMING } from "./search-index.ts";

/** Journal rows that one answer examines; the next cursor goes on from there. */
const MAX_LOOKED = 5_000;
/** Rows that are examined before other requests run: some milliseconds. */
const CHUNK = 100;

/** A page of the journal. */
export interface ChangesPage {
  /** Newest first. */
  readonly changes: readonly ChangeRow[];
  /** Continue before this id; undefined at the end. */
  readonly next: number | undefined;
}

/** Which changes are examined, and how many matches are shown. */
export interface ChangesRange extends Omit<ChangeRange, "sourceIds"> {
  /** The sources of the backend at the time of the call. */
  readonly sourceIds: () => readonly number[];
  readonly kinds: ReadonlySet<ChangeKind>;
  readonly limit: number;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Changes to images that match a query's term and filters now, newest first. A page may be short and still have a next one.
 * Other requests run meanwhile; if the backend then shows other sources, what was read is discarded.
 */
export async function findChanges(catalogue: Catalogue, query: ImageQuery, range: ChangesRange): Promise<ChangesPage> {
  for (;;) {
    const sourceIds = range.sourceIds();
    const page = await readPage(catalogue, query, { ...range, sourceIds });
    if (range.sourceIds().join() === sourceIds.join()) return page;
  }
}

async function readPage(
  catalogue: Catalogue,
  query: ImageQuery,
  { kinds, limit, now, ...range }: Omit<ChangesRange, "sourceIds"> & ChangeRange,
): Promise<ChangesPage> {
  const matches = changeMatcher({ query, kinds, now }, { catalogue, sourceIds: range.sourceIds });
  const found: ChangeRow[] = [];
  let before = range.before;
  for (let looked = 0; looked < MAX_LOOKED; looked += CHUNK) {
    if (looked > 0) await nextTurn();
    const rows = readChanges(catalogue, { ...range, before }, CHUNK);
    for (const row of rows) {
      before = row.changeId;
      if (!matches(row)) continue;
      found.push(row);
      if (found.length === limit) return { changes: found, next: before };
    }
    if (rows.length < CHUNK) return { changes: found, next: undefined };
  }
  return { changes: found, next: before };
}

/** Which changes are asked for. */
export interface AskedChanges {
  readonly query: ImageQuery;
  readonly kinds: ReadonlySet<ChangeKind>;
  /** ISO 8601. */
  readonly now: string;
}

/** The sources of a backend. */
export interface ChangeScope {
  readonly catalogue: Catalogue;
  readonly sourceIds: readonly number[];
}

/** Whether a change has one of these kinds, and the query finds its image, as it is now, in these sources. */
export function changeMatcher({ query, kinds, now }: AskedChanges, scope: ChangeScope): (row: ChangeRow) => boolean {
  const prepared = prepareQuery(query, now);
  const isNewest = prepared.latest === undefined ? () => true : newestMatcher(prepared, scope);
  return (row) => kinds.has(row.kind) && prepared.finds(row, foldedFields(row)) && isNewest(row);
}

const NO_ROWS: ReadonlySet<number> = new Set();
const NO_STARS: ReadonlySet<string> = new Set();

/** Tells whether an image is the newest of its family or line. The sources are looked up once for each commit. */
function newestMatcher(query: PreparedQuery, { catalogue, sourceIds }: ChangeScope): (row: ChangeRow) => boolean {
  const index = createSearchIndex(catalogue, STREAMING);
  const sources = sourceIds.map((id) => ({ source: { id }, backendId: "", hidden: NO_ROWS, starred: NO_STARS }));
  let version = "";
  let matches: readonly SourceMatches[] = [];
  return ({ sourceId, rowId }) => {
    const current = catalogueVersion(catalogue);
    if (current !== version) {
      // An index of another format cannot be read.
      const isReadable = sourceIds.every((id) => getSource(catalogue, id).indexFormat >= INDEX_FORMAT);
      matches = isReadable ? matchSources({ catalogue, index }, sources, query) : [];
      version = current;
    }
    const { rows = [], segments = [] } = matches[sourceIds.indexOf(sourceId)] ?? {};
    return rows.some((row) => row.rowId === rowId) || isFound(segments, rowId);
  };
}
