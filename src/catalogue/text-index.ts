import type Database from "better-sqlite3";
import { FIELD_BREAK, fold, wordsOf } from "../fold.ts";
import { type FilterValues, VALUE_FILTERS } from "./filter-table.ts";
import type { Trust } from "./publishers.ts";
import { facetToken, gramsOf, TOKENCHARS, wordTokens } from "./grams.ts";

/** The columns of an image that a search looks into, as the database has them. */
export interface SearchableRow extends FilterValues {
  readonly imageId: string;
  readonly name: string;
  readonly description: string | null;
  readonly trust: Trust;
  readonly latest: 0 | 1;
  /** JSON array of strings. */
  readonly keywords: string;
}

/** For a SELECT that yields a SearchableRow. */
export const SEARCHABLE = `image_id AS imageId, name, description, owner_id AS ownerId, owner_alias AS ownerAlias, publisher,
  platform, architecture, root_device_type AS rootDevice, trust, visibility, latest, keywords, os, os_version AS osVersion,
  os_codename AS osCodename, state, iif(hidden, 'true', 'false') AS hidden, virtualization_type AS virtualizationType`;

/** One text index a source: a source's words are never in another's, and dropping one is a DROP TABLE. */
export function textIndexOf(sourceId: number): string {
  return `image_text_${sourceId}`;
}

/** The format of text indexes and positions. Raise it when either changes: those of an older one are built anew. */
export const INDEX_FORMAT = 2;

/** What FTS5 gathers in memory before it writes a segment: fewer, larger segments are faster to write and to search. */
const HASH_BYTES = 32 * 1024 * 1024;

/** Rows read at a time while an index is rebuilt: bounds memory. */
const REBUILD_CHUNK = 2000;

export function createTextIndex(db: Database.Database, sourceId: number): void {
  db.exec(
    `CREATE VIRTUAL TABLE ${textIndexOf(sourceId)} USING fts5(grams, singles, name_words, other_words, facets,
       tokenize = "ascii tokenchars '${TOKENCHARS}'", content = '', contentless_delete = 1)`,
  );
  const index = textIndexOf(sourceId);
  db.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('hashsize', ${HASH_BYTES})`);
}

export function dropTextIndex(db: Database.Database, sourceId: number): void {
  db.exec(`DROP TABLE IF EXISTS ${textIndexOf(sourceId)}`);
}

/** Writes the index anew as one piece, without what was taken out of it. */
export function mergeTextIndex(db: Database.Database, sourceId: number): void {
  const index = textIndexOf(sourceId);
  db.exec(`INSERT INTO ${index} (${index}) VALUES ('optimize')`);
}

/** Adds images to a source's text index under their positions. */
export function openTextIndexWriter(
  db: Database.Database,
  sourceId: number,
): (position: number, row: SearchableRow) => void {
  const insert = db.prepare<[number, string, string, string, string, string]>(
    `INSERT INTO ${textIndexOf(sourceId)} (rowid, grams, singles, name_words, other_words, facets) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  return (position, row) => void insert.run(position, ...tokensOf(row));
}

/** What the index holds of an image, column by column: grams, singles, words of the name, other words, facets. */
export function tokensOf(row: SearchableRow): [string, string, string, string, string] {
  const fields = foldedFields(row);
  const { grams, singles } = gramsOf(fields.all.join(FIELD_BREAK));
  return [grams, singles, wordTokens(fields.nameWords), wordTokens(fields.otherWords), facetsOf(row)];
}

/** Takes the images whose row ids a temporary table lists out of the text index and of the order. */
export function unindexImages(
  db: Database.Database,
  sourceId: number,
  table: "unplaced" | "unlisted" | "turned" | "evicted",
): void {
  const placed = `FROM images WHERE id IN (SELECT id FROM temp.${table}) AND +position IS NOT NULL`;
  db.exec(`DELETE FROM ${textIndexOf(sourceId)} WHERE rowid IN (SELECT position ${placed})`);
  db.exec(`UPDATE images SET position = NULL WHERE id IN (SELECT id ${placed})`);
}

/** Empties and fills a source's text index from its present images, in the caller's transaction. */
export function rebuildTextIndex(db: Database.Database, sourceId: number): void {
  dropTextIndex(db, sourceId);
  createTextIndex(db, sourceId);
  const add = openTextIndexWriter(db, sourceId);
  const nextRows = db.prepare<[number, number], SearchableRow & { readonly position: number }>(
    `SELECT position, ${SEARCHABLE} FROM images WHERE source_id = ? AND position > ? ORDER BY position LIMIT ${REBUILD_CHUNK}`,
  );
  for (let after = -1; ;) {
    const rows = nextRows.all(sourceId, after);
    for (const row of rows) add(row.position, row);
    const last = rows.at(-1);
    if (!last) return;
    after = last.position;
  }
}

/** An image's text as searches see it: the whole, and what counts as its name when they rank. */
export interface FoldedFields {
  readonly id: string;
  readonly name: string;
  /** Every searched field, folded. A word matches when one of them contains it. */
  readonly all: readonly string[];
  /** Words of name and publisher; null between fields. */
  readonly nameWords: readonly (string | null)[];
  /** Words of the other fields; null between fields. */
  readonly otherWords: readonly (string | null)[];
}

export function foldedFields(row: SearchableRow): FoldedFields {
  const id = fold(row.imageId);
  const name = fold(row.name);
  const publisher = present([row.publisher]);
  const others = present([
    row.description,
    row.ownerId,
    row.ownerAlias,
    row.platform,
    row.architecture,
    ...keywordsOf(row),
  ]);
  return {
    id,
    name,
    all: name === id ? [id, ...publisher, ...others] : [id, name, ...publisher, ...others],
    nameWords: wordsWithGaps([name, ...publisher]),
    otherWords: wordsWithGaps(others),
  };
}

function present(fields: readonly (string | null)[]): string[] {
  return fields.flatMap((field) => (field ? [fold(field)] : []));
}

function keywordsOf({ keywords }: SearchableRow): string[] {
  if (keywords === "[]") return [];
  const list: unknown = JSON.parse(keywords);
  return Array.isArray(list) ? list.map(String) : [];
}

function wordsWithGaps(fields: readonly string[]): (string | null)[] {
  return fields.flatMap((field, at) => (at === 0 ? wordsOf(field) : [null, ...wordsOf(field)]));
}

function facetsOf(row: SearchableRow): string {
  const facets = VALUE_FILTERS.flatMap(({ name, columns }) =>
    columns.flatMap((column) => {
      const value = row[column];
      return value ? [facetToken(name, fold(value))] : [];
    }),
  );
  return (row.latest === 1 ? [...facets, facetToken("latest", "true")] : facets).join(" ");
}
