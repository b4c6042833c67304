import type Database from "better-sqlite3";
import type { CandidateRow } from "./read-images.ts";
import { createStatements } from "./statements.ts";
import { SEARCHABLE } from "./text-index.ts";

export const CHANGE_KINDS = ["added", "changed", "retired", "returned"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A journal row with the image as it is now, retired or not. Times are ISO 8601. */
export interface ChangeRow extends CandidateRow {
  readonly changeId: number;
  readonly sourceId: number;
  readonly at: string;
  readonly kind: ChangeKind;
  /** JSON array of names; null unless changed. */
  readonly fields: string | null;
  /** JSON. */
  readonly extra: string;
}

/** Which journal rows: those after one id (and time) and before another. */
export interface ChangeRange {
  readonly sourceIds: readonly number[];
  readonly after: number;
  /** ISO 8601; "" for any. */
  readonly since: string;
  readonly before: number;
}

const changes = createStatements<ChangeRow>();

/** Journal rows, newest first. */
export function readChanges(db: Database.Database, range: ChangeRange, limit: number): ChangeRow[] {
  return changes(
    db,
    `SELECT c.id AS changeId, c.source_id AS sourceId, c.at, c.kind, c.fields, i.extra, i.* FROM image_changes c
     JOIN (SELECT id AS rowId, source_id, image_id, ${SEARCHABLE}, coalesce(position, 0) AS position, family_id AS familyId,
             folded_name AS foldedName, created_at AS createdAt, deprecated_at AS deprecatedAt, extra FROM images) i
       ON i.image_id = c.image_id AND i.source_id = c.source_id
     WHERE c.source_id IN (SELECT value FROM json_each(@sourceIds)) AND c.id > @after AND c.id < @before AND c.at > @since
     ORDER BY c.id DESC LIMIT @limit`,
  ).all({ ...range, sourceIds: JSON.stringify(range.sourceIds), limit });
}
