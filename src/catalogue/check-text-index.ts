import type Database from "better-sqlite3";
import { SEARCHABLE, type SearchableRow, textIndexOf, tokensOf } from "./text-index.ts";

/** Rows that are read at a time. */
const CHUNK = 2_000;
/** Of so many images the words themselves are looked up, evenly spread; of all, how many words they have. */
const SAMPLE = 500;

interface IndexedRow extends SearchableRow {
  readonly position: number;
  /** FTS5's note of how many tokens each column has; null where the image is not in the index. */
  readonly sizes: Buffer | null;
}

/** Looks whether a source's text index has its present images, all of them and nothing else. */
export function checkTextIndex(
  db: Database.Database,
  sourceId: number,
  told: number,
  onLooked: (looked: number, total: number) => void = () => undefined,
): { looked: number; troubles: string[] } {
  const index = textIndexOf(sourceId);
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(index) !== undefined;
  const total = count(db, "SELECT count(*) FROM images WHERE source_id = ? AND retired_at IS NULL", sourceId);
  if (!exists) return { looked: total, troubles: total > 0 ? ["the index is missing"] : [] };

  const troubles: string[] = [];
  const stray = db
    .prepare<[number], number>(
      `SELECT id FROM ${index}_docsize WHERE id NOT IN (SELECT position FROM images WHERE source_id = ? AND position IS NOT NULL)`,
    )
    .pluck();
  for (const position of stray.iterate(sourceId)) {
    troubles.push(`the index has a text at ${position}, where there is no image`);
    if (troubles.length >= told) break;
  }
  const nextRows = db.prepare<[number, number], IndexedRow>(
    `SELECT position, d.sz AS sizes, ${SEARCHABLE} FROM images i LEFT JOIN ${index}_docsize d ON d.id = i.position
     WHERE i.source_id = ? AND i.position > ? ORDER BY i.position LIMIT ${CHUNK}`,
  );
  const step = Math.max(1, Math.floor(total / SAMPLE));
  let looked = 0;
  for (let after = -1; troubles.length < told;) {
    const rows = nextRows.all(sourceId, after);
    for (const row of rows) {
      const trouble = troubleOf(db, index, row, looked++ % step === 0);
      if (trouble !== undefined && troubles.length < told) troubles.push(`${row.imageId} ${trouble}`);
    }
    const last = rows.at(-1);
    if (!last) break;
    onLooked(looked, total);
    after = last.position;
  }
  return { looked, troubles };
}

function troubleOf(db: Database.Database, index: string, row: IndexedRow, byWord: boolean): string | undefined {
  if (!row.sizes) return "is not in the index";
  const columns = tokensOf(row);
  const expected = columns.map((tokens) => (tokens === "" ? 0 : tokens.trim().split(" ").length));
  const sizes = readVarints(row.sizes);
  if (expected.some((size, at) => sizes[at] !== size))
    return `has ${expected.join("+")} words, and ${sizes.join("+")} in the index`;
  if (!byWord) return undefined;
  const phrases = columns.flatMap((tokens, at) =>
    tokens.trim() === "" ? [] : [`${COLUMNS[at]}:"${tokens.trim().slice(0, PHRASE)}"`.replace(/ [^ ]*"$/, '"')],
  );
  const found = db
    .prepare(`SELECT count(*) FROM ${index} WHERE ${index} MATCH ? AND rowid = CAST(? AS INTEGER)`)
    .pluck()
    .get(phrases.join(" AND "), row.position);
  return found === 1 ? undefined : "has other words than in the index";
}

const COLUMNS = ["grams", "singles", "name_words", "other_words", "facets"] as const;
/** Characters of a column's text that are looked up: FTS5 reads a list for each of its words. */
const PHRASE = 400;

/** SQLite's variable-length integers: seven bits a byte, most significant first; these are small. */
function readVarints(bytes: Buffer): number[] {
  const values: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    values.push(value);
    value = 0;
  }
  return values;
}

function count(db: Database.Database, sql: string, ...values: number[]): number {
  return Number(
    db
      .prepare(sql)
      .pluck()
      .get(...values),
  );
}
