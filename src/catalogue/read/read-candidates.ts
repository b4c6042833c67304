import type { Connection } from "../file/connection.ts";
import { rowsOf } from "../file/statements.ts";
import { SEARCHABLE, type SearchableRow } from "../facts/searched-texts.ts";

/** A present image with all that matching and ranking look at. */
export interface CandidateRow extends SearchableRow {
  readonly rowId: number;
  /** Null of one that is no build of anything. */
  readonly familyId: number | null;
  /** See lineOf. */
  readonly line: string | null;
  readonly foldedName: string;
  readonly createdAt: string | null;
  /** What tells which is newer: null where a build of the family has no time. */
  readonly orderedAt: string | null;
  readonly deprecatedAt: string | null;
}

/** For a SELECT of images that yields a CandidateRow. */
export const CANDIDATE_COLUMNS = `${SEARCHABLE}, id AS rowId, folded_name AS foldedName, created_at AS createdAt, line,
  iif(family_id IN (SELECT id FROM families WHERE name = ''), NULL, family_id) AS familyId, ordered_at AS orderedAt,
  deprecated_at AS deprecatedAt`;

// Presence is `retired_at IS NULL` here: a condition on position would lure SQLite to the index over positions.
const CANDIDATE = `SELECT ${CANDIDATE_COLUMNS} FROM images WHERE source_id = ? AND retired_at IS NULL`;

/** The present images among these ids. */
export function readWithIds(catalogue: Connection, sourceId: number, ids: readonly string[]): CandidateRow[] {
  return ids.length === 0 ? [] : select(catalogue, "image_id IN (SELECT value FROM json_each(?))", sourceId, ids);
}

/** The present image whose id is this but for the case of its letters (ASCII). */
export function readWithId(catalogue: Connection, sourceId: number, foldedId: string): CandidateRow[] {
  const otherwise = "lower(image_id) = ? AND image_id <> lower(image_id)";
  return rowsOf<CandidateRow>(
    catalogue.sqlite,
    `${CANDIDATE} AND image_id = ? UNION ALL ${CANDIDATE} AND ${otherwise}`,
  ).all(sourceId, foldedId, sourceId, foldedId);
}

/** The present images whose ids are these but for the case of their letters (ASCII). */
export function readWithFoldedIds(
  catalogue: Connection,
  sourceId: number,
  foldedIds: readonly string[],
): CandidateRow[] {
  const same = select(catalogue, "image_id IN (SELECT value FROM json_each(?))", sourceId, foldedIds);
  const otherwise = "lower(image_id) IN (SELECT value FROM json_each(?)) AND image_id <> lower(image_id)";
  return [...same, ...select(catalogue, otherwise, sourceId, foldedIds)];
}

/** The present images of all families with these names. */
export function readFamilies(catalogue: Connection, sourceId: number, names: readonly string[]): CandidateRow[] {
  const ids = "SELECT id FROM families WHERE name IN (SELECT value FROM json_each(?))";
  return rowsOf<CandidateRow>(catalogue.sqlite, `${CANDIDATE} AND family_id IN (${ids})`).all(
    sourceId,
    JSON.stringify(names),
  );
}

/** The images that have this name, folded. */
export function readWithName(catalogue: Connection, sourceId: number, foldedName: string): CandidateRow[] {
  return rowsOf<CandidateRow>(catalogue.sqlite, `${CANDIDATE} AND folded_name = ?`).all(sourceId, foldedName);
}

/** What decides between images that are equal in all else. */
export interface Tie {
  readonly name: string;
  readonly imageId: string;
}

export function readTie(catalogue: Connection, rowId: number): Tie {
  const select = "SELECT name, image_id AS imageId FROM images WHERE id = ?";
  return rowsOf<Tie>(catalogue.sqlite, select).get(rowId) ?? { name: "", imageId: "" };
}

/** The same of many rows at once, in any order. */
export function readTies(catalogue: Connection, rowIds: readonly number[]): (Tie & { readonly rowId: number })[] {
  const sql = "SELECT id AS rowId, name, image_id AS imageId FROM images WHERE id IN (SELECT value FROM json_each(?))";
  return rowsOf<Tie & { readonly rowId: number }>(catalogue.sqlite, sql).all(JSON.stringify(rowIds));
}

function select(
  catalogue: Connection,
  condition: string,
  sourceId: number,
  values: readonly unknown[],
): CandidateRow[] {
  return rowsOf<CandidateRow>(catalogue.sqlite, `${CANDIDATE} AND ${condition}`).all(sourceId, JSON.stringify(values));
}
