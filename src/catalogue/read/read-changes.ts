import type { Connection } from "../file/connection.ts";
import { CANDIDATE_COLUMNS, type CandidateRow } from "./read-candidates.ts";
import { wholeExtra } from "../listing/shared-extra.ts";
import { rowsOf } from "../file/statements.ts";

export const CHANGE_KINDS = ["added", "changed", "retired", "returned"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A journal row with the image as it is now, retired or not. Times are ISO 8601. */
export interface ChangeRow extends CandidateRow {
  readonly changeId: number;
  readonly sourceId: number;
  readonly runId: number;
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

/** Journal rows, the newest or the oldest of the range first. */
export function readChanges(
  catalogue: Connection,
  { sourceIds, ...range }: ChangeRange,
  limit: number,
  first: "newest" | "oldest" = "newest",
): ChangeRow[] {
  // One source at a time: the index has each source in order, so only `limit` rows are read.
  const rows = sourceIds.flatMap((sourceId) => readOfSource(catalogue, { ...range, sourceId, limit }, first));
  if (sourceIds.length < 2) return rows;
  const sign = first === "newest" ? -1 : 1;
  return rows.toSorted((a, b) => sign * (a.changeId - b.changeId)).slice(0, limit);
}

function readOfSource(
  catalogue: Connection,
  range: Omit<ChangeRange, "sourceIds"> & { readonly sourceId: number; readonly limit: number },
  first: "newest" | "oldest",
): ChangeRow[] {
  return rowsOf<ChangeRow>(
    catalogue.sqlite,
    `SELECT c.id AS changeId, c.source_id AS sourceId, c.run_id AS runId, c.at, c.kind, c.fields, i.extra, i.* FROM image_changes c
     JOIN (SELECT source_id, image_id, ${CANDIDATE_COLUMNS}, ${wholeExtra("images")} AS extra FROM images) i
       ON i.image_id = c.image_id AND i.source_id = c.source_id
     WHERE c.source_id = @sourceId AND c.id > @after AND c.id < @before AND c.at > @since
     ORDER BY c.id ${first === "newest" ? "DESC" : "ASC"} LIMIT @limit`,
  ).all(range);
}
