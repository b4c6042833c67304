import type Database from "better-sqlite3";
import { type EntryShape, readEntries } from "../catalogue/read-entries.ts";
import { readRetired, type RetiredCursor } from "../catalogue/read-retired.ts";
import { foldedFields } from "../catalogue/text-index.ts";
import type { PreparedQuery } from "./image-query.ts";
import { sourceIdsOf, type View, type ViewSource } from "./view.ts";

/** A retired image that a query finds. */
export interface RetiredFind extends RetiredCursor {
  readonly view: ViewSource;
  readonly isStarred: boolean;
}

/** Rows that are looked at in one step. */
const CHUNK = 500;
const NEWEST: RetiredCursor = { retiredAt: "~", rowId: Number.MAX_SAFE_INTEGER };

/** Finds retired images, the latest first. They have no index: each is looked at, a chunk a step. */
export function* findRetired(db: Database.Database, view: View, query: PreparedQuery): Generator<void, RetiredFind[]> {
  const sourceIds = [...sourceIdsOf(view)];
  const found = new Map<string, RetiredFind>();
  for (const side of view.sources) {
    for (let cursor: RetiredCursor | undefined = NEWEST; cursor;) {
      const rows = readRetired(db, { sourceId: side.source.id, sourceIds }, cursor, CHUNK);
      for (const row of rows) {
        const key = `${side.backendId} ${row.imageId}`;
        const isStarred = side.starred.has(row.imageId);
        if (found.has(key) || (query.starredOnly && !isStarred) || !query.finds(row, foldedFields(row))) continue;
        found.set(key, { view: side, rowId: row.rowId, retiredAt: row.retiredAt, isStarred });
      }
      cursor = rows.length < CHUNK ? undefined : rows.at(-1);
      yield;
    }
  }
  return [...found.values()].toSorted((a, b) =>
    a.retiredAt < b.retiredAt ? 1 : a.retiredAt > b.retiredAt ? -1 : b.rowId - a.rowId,
  );
}

/** The entries of retired images as pieces of a JSON array. */
export function* writeRetired(
  db: Database.Database,
  found: readonly RetiredFind[],
  shape: EntryShape,
): Generator<Buffer> {
  let before = "[";
  for (const { view, rowId, isStarred } of found) {
    const { source, backendId } = view;
    const starred = isStarred ? [rowId] : [];
    yield readEntries(db, { sourceId: source.id, backendId, by: "id", keys: [rowId], starred }, shape, before);
    before = ",";
  }
  yield Buffer.from(before === "[" ? "[]" : "]");
}
