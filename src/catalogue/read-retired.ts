import type Database from "better-sqlite3";
import type { CandidateRow } from "./read-images.ts";
import { createStatements, createValueStatements } from "./statements.ts";
import { SEARCHABLE } from "./text-index.ts";

/** An image that its source lists no more. */
export interface RetiredRow extends CandidateRow {
  readonly rowId: number;
  /** ISO 8601. */
  readonly retiredAt: string;
}

/** Where a reading of retired images goes on: behind this one. */
export type RetiredCursor = Pick<RetiredRow, "rowId" | "retiredAt">;

const retired = createStatements<RetiredRow>();
const counts = createValueStatements<number>();

/** How many images of a source are retired. Taken from an index; some milliseconds for a million. */
export function countRetired(db: Database.Database, sourceId: number): number {
  const select = "SELECT count(*) FROM images WHERE source_id = ? AND retired_at IS NOT NULL";
  return counts(db, select).get(sourceId) ?? 0;
}

/**
 * The next retired images of a source, the latest first. What one of `sourceIds` still lists is not retired for whoever
 * sees them all.
 */
export function readRetired(
  db: Database.Database,
  { sourceId, sourceIds }: { sourceId: number; sourceIds: readonly number[] },
  { retiredAt, rowId }: RetiredCursor,
  limit: number,
): RetiredRow[] {
  return retired(
    db,
    `SELECT id AS rowId, retired_at AS retiredAt, ${SEARCHABLE}, 0 AS position, family_id AS familyId,
       folded_name AS foldedName, created_at AS createdAt, ordered_at AS orderedAt, deprecated_at AS deprecatedAt
     FROM images WHERE source_id = @sourceId AND retired_at IS NOT NULL AND (retired_at, id) < (@retiredAt, @rowId)
       AND NOT EXISTS (SELECT 1 FROM images other WHERE other.image_id = images.image_id AND other.retired_at IS NULL
         AND other.source_id IN (SELECT value FROM json_each(@sourceIds)))
     ORDER BY retired_at DESC, id DESC LIMIT @limit`,
  ).all({ sourceId, sourceIds: JSON.stringify(sourceIds), retiredAt, rowId, limit });
}
