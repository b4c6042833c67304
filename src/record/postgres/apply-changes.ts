import type Database from "better-sqlite3";
import { FACTS_FORMAT } from "../../catalogue/facts/columns-of.ts";
import { INDEX_FORMAT } from "../../catalogue/index/index-source.ts";
import { COUNTED, recordTable, type RecordRow, type RecordTable, type RowChange } from "./record-tables.ts";

/** What a file's rows of these tables have beside the record's columns: images are stored as this release derives them. */
const OWN_COLUMNS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  sources: { facts_format: FACTS_FORMAT, index_format: INDEX_FORMAT },
};

/**
 * Gives rows of a node's file the state that the record has, in the caller's transaction. The images of sources that are gone must
 * be gone already; those of absent images must be there.
 */
export function applyChanges(sqlite: Database.Database, changes: readonly RowChange[]): void {
  // A row may arrive before the row that it refers to.
  sqlite.pragma("defer_foreign_keys = ON");
  for (const { table, key, row } of changes) if (!row) remove(sqlite, recordTable(table), key);
  moveKeys(sqlite, changes);
  for (const { table, row } of changes) if (row) put(sqlite, recordTable(table), row);
}

function remove(sqlite: Database.Database, { name, key }: RecordTable, values: RowChange["key"]): void {
  const where =
    name === "absent_images"
      ? "id IN (SELECT id FROM images WHERE source_id = ? AND image_id = ?)"
      : key.map((column) => `${column} = ?`).join(" AND ");
  sqlite.prepare<unknown[]>(`DELETE FROM ${name} WHERE ${where}`).run(...values);
}

/** One source may take over the key of another. */
function moveKeys(sqlite: Database.Database, changes: readonly RowChange[]): void {
  const free = sqlite.prepare<unknown[]>("UPDATE sources SET key = 'moving ' || id WHERE id = ? AND key <> ?");
  for (const { table, row } of changes) if (table === "sources" && row) free.run(row["id"], row["key"]);
}

function put(sqlite: Database.Database, table: RecordTable, row: RecordRow): void {
  const { name, key, flags } = table;
  if (name === "absent_images") {
    const into = "INSERT OR REPLACE INTO absent_images (id, source_id) SELECT id, source_id FROM images";
    sqlite.prepare<unknown[]>(`${into} WHERE source_id = ? AND image_id = ?`).run(row["source_id"], row["image_id"]);
    return;
  }
  const own = OWN_COLUMNS[name] ?? {};
  const columns = [...table.columns, ...Object.keys(own)];
  const set = table.columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const values = table.columns.map((column) => storedValue(row[column] ?? null, flags.has(column)));
  sqlite
    .prepare<unknown[]>(
      `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
       ON CONFLICT (${key.join(", ")}) DO ${set.length === 0 ? "NOTHING" : `UPDATE SET ${set.join(", ")}`}`,
    )
    .run(...values, ...Object.values(own));
  if (name === "counters") countOn(sqlite, row);
}

/** SQLite has no booleans. */
function storedValue(value: RecordRow[string], isFlag: boolean): string | number | boolean | null {
  return isFlag ? Number(value) : value;
}

/** Makes SQLite count on from where the record is. */
function countOn(sqlite: Database.Database, { name, value }: RecordRow): void {
  if (!COUNTED.some((table) => table === name)) return;
  const known = sqlite
    .prepare<unknown[]>("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?")
    .run(value, name);
  if (known.changes === 0)
    sqlite.prepare<unknown[]>("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(name, value);
}
