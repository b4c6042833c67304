import { type ChangeKind, type ChangeRange, type ChangeRow, readChanges } from "../catalogue/read-changes.ts";
import type { Catalogue } from "../catalogue/open-catalogue.ts";
import { foldedFields } from "../catalogue/searched-texts.ts";
import { type ImageQuery, prepareQuery } from "./image-query.ts";

/** Journal rows that are looked at for one answer: further ones are asked for with the next cursor. */
const MAX_LOOKED = 5_000;
const CHUNK = 500;

/** A page of the journal. */
export interface ChangesPage {
  /** Newest first. */
  readonly changes: readonly ChangeRow[];
  /** Ask for what is before this id to go on; undefined at the end. */
  readonly next: number | undefined;
}

/** Changes to images that a query's term and filters find, as the images are now, newest first. A page may be short and yet have a next one. */
export function findChanges(
  { sqlite }: Catalogue,
  query: ImageQuery,
  { kinds, limit, now, ...range }: ChangeRange & { kinds: ReadonlySet<ChangeKind>; limit: number; now: string },
): ChangesPage {
  const matches = changeMatcher(query, kinds, now);
  const found: ChangeRow[] = [];
  let before = range.before;
  for (let looked = 0; looked < MAX_LOOKED; looked += CHUNK) {
    const rows = readChanges(sqlite, { ...range, before }, CHUNK);
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

/** Tells whether a change is one of these kinds and its image, as it is now, one that the query finds. */
export function changeMatcher(
  query: ImageQuery,
  kinds: ReadonlySet<ChangeKind>,
  now: string,
): (row: ChangeRow) => boolean {
  const { finds } = prepareQuery(query, now);
  return (row) => kinds.has(row.kind) && finds(row, foldedFields(row));
}
