import type Database from "better-sqlite3";
import type { Connection } from "../../catalogue/file/connection.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { write } from "../../catalogue/file/write.ts";
import {
  COUNTED,
  RECORD_TABLES,
  recordTable,
  type RecordRow,
  type RecordTable,
  type RowChange,
  type RowKey,
} from "./record-tables.ts";

/*
 * A write of the record is worked out by a node's own file, with the statements of a record in one file, and taken back: what it
 * would have changed is what PostgreSQL is told. The file changes when the node follows.
 */

/** What statements would change, and what they answered. */
export interface Captured<T> {
  readonly answer: T;
  /** In the order in which rows were first changed; rows that end as they began are left out. */
  readonly changes: readonly RowChange[];
  /** Whether any row was written, even with the values that it already had. */
  readonly isTouched: boolean;
}

/** Makes a connection note which rows of the record its statements change. Other connections notice nothing. */
export function watchChanges({ sqlite }: Connection): void {
  sqlite.exec("CREATE TEMP TABLE touched (at INTEGER PRIMARY KEY, name TEXT, key TEXT, UNIQUE (name, key))");
  for (const table of RECORD_TABLES) {
    for (const [event, row] of [
      ["INSERT", "NEW"],
      ["UPDATE", "NEW"],
      ["DELETE", "OLD"],
    ] as const)
      sqlite.exec(
        `CREATE TEMP TRIGGER watch_${table.name}_${event} AFTER ${event} ON main.${table.name} BEGIN
           INSERT INTO touched (name, key) SELECT '${table.name}', ${keyOf(table, row)} WHERE NOT EXISTS (
             SELECT 1 FROM touched WHERE name = '${table.name}' AND key = ${keyOf(table, row)}); END`,
      );
  }
}

/** Row numbers differ from file to file, so the record names an absent image by its cloud's id. */
function keyOf(table: RecordTable, row: "NEW" | "OLD"): string {
  const columns = table.key.map((column) =>
    table.name === "absent_images" && column === "image_id"
      ? `(SELECT image_id FROM main.images WHERE id = ${row}.id)`
      : `${row}.${column}`,
  );
  return `json_array(${columns.join(", ")})`;
}

/** Thrown to roll a transaction back on purpose, after its result was kept elsewhere. */
class TakenBack extends Error {
  override readonly name = "TakenBack";
}

/** Runs statements on a watched connection, then rolls them back. They throw the same errors as on a single server. */
export async function captureChanges<T>(catalogue: Catalogue, statements: () => T): Promise<Captured<T>> {
  const { sqlite } = catalogue;
  let captured: Captured<T> | undefined;
  try {
    await write(catalogue, () => {
      sqlite.exec("DELETE FROM temp.touched; SAVEPOINT captured");
      const before = countersOf(sqlite);
      const answer = statements();
      const left = [...changesOf(sqlite), ...counted(before, countersOf(sqlite))];
      sqlite.exec("ROLLBACK TO captured");
      captured = { answer, changes: left.filter((change) => !isAsBefore(sqlite, change)), isTouched: left.length > 0 };
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  if (!captured) throw new Error("nothing was captured");
  return captured;
}

/** The rows that statements of this transaction changed, as they are now. */
function changesOf(sqlite: Database.Database): RowChange[] {
  const touched = sqlite.prepare<[], { name: string; key: string }>("SELECT name, key FROM temp.touched ORDER BY at");
  const tables = new Map(RECORD_TABLES.map((table) => [table.name, table]));
  return touched.all().flatMap(({ name, key: json }) => {
    const table = tables.get(name);
    return table ? [readChange(sqlite, table, readKey(json))] : [];
  });
}

function isAsBefore(sqlite: Database.Database, { table, key, row }: RowChange): boolean {
  return JSON.stringify(readChange(sqlite, recordTable(table), key).row) === JSON.stringify(row);
}

function readChange(sqlite: Database.Database, table: RecordTable, key: RowKey): RowChange {
  const { name } = table;
  const select =
    name === "absent_images"
      ? `SELECT json_object('source_id', a.source_id, 'image_id', i.image_id) FROM absent_images a JOIN images i ON i.id = a.id
         WHERE a.source_id = ? AND i.image_id = ?`
      : `SELECT json_object(${table.columns.map((column) => `'${column}', ${column}`).join(", ")}) FROM ${name}
         WHERE ${table.key.map((column) => `${column} = ?`).join(" AND ")}`;
  const json = sqlite
    .prepare<unknown[], string>(select)
    .pluck()
    .get(...key);
  return { table: name, key, row: json === undefined ? null : readRow(json) };
}

function readKey(json: string): RowKey {
  const key: unknown = JSON.parse(json);
  if (!Array.isArray(key)) throw new Error("a key that is no list");
  return key.map((part: unknown) => (typeof part === "number" ? part : String(part)));
}

function readRow(json: string): RecordRow {
  return JSON.parse(json);
}

/** How far SQLite has counted the ids that it gives. */
function countersOf(sqlite: Database.Database): ReadonlyMap<string, number> {
  const select = sqlite.prepare<[], [string, number]>("SELECT name, seq FROM sqlite_sequence").raw();
  return new Map(select.all());
}

/** Ids are never reused: the next node counts on from here. */
function counted(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): RowChange[] {
  return COUNTED.flatMap((name) => {
    const value = after.get(name) ?? 0;
    return value === (before.get(name) ?? 0) ? [] : [{ table: "counters", key: [name], row: { name, value } }];
  });
}
