import type Database from "better-sqlite3";
import { createValueStatements } from "./statements.ts";

const [counts, rows] = [createValueStatements<number>(), createValueStatements<number>()];

/** How many images of a source are retired. Taken from an index; some milliseconds for a million. */
export function countRetired(db: Database.Database, sourceId: number): number {
  const select = "SELECT count(*) FROM images WHERE source_id = ? AND retired_at IS NOT NULL";
  return counts(db, select).get(sourceId) ?? 0;
}

/**
 * The rows of a source's retired images that are not retired for whoever sees all of these sources: one of them still lists them.
 * Or that one of `before` retired as well, which counts instead.
 */
export function retiredElsewhere(
  db: Database.Database,
  sourceId: number,
  { sourceIds, before }: { readonly sourceIds: readonly number[]; readonly before: readonly number[] },
): number[] {
  return rows(
    db,
    `SELECT id FROM images WHERE source_id = @sourceId AND retired_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM images other WHERE other.image_id = images.image_id AND other.id <> images.id
         AND iif(other.retired_at IS NULL, other.source_id IN (SELECT value FROM json_each(@sourceIds)),
           other.source_id IN (SELECT value FROM json_each(@before))))`,
  ).all({ sourceId, sourceIds: JSON.stringify(sourceIds), before: JSON.stringify(before) });
}

/** The rows of a source's retired images with these ids, whatever their case, or of families with these names. */
export function readRetiredRows(
  db: Database.Database,
  sourceId: number,
  which: { readonly imageIds: readonly string[] } | { readonly families: readonly string[] },
): number[] {
  const condition =
    "families" in which
      ? "family_id IN (SELECT id FROM families WHERE name IN (SELECT value FROM json_each(?)))"
      : "lower(image_id) IN (SELECT lower(value) FROM json_each(?))";
  const value = JSON.stringify("families" in which ? which.families : which.imageIds);
  const select = `SELECT id FROM images WHERE source_id = ? AND retired_at IS NOT NULL AND ${condition}`;
  return rows(db, select).all(sourceId, value);
}
