import type Database from "better-sqlite3";
import { ConfigError } from "../../errors.ts";
import { damaged, type ForeignFile, tableSql } from "./foreign-file.ts";
import { type KnownTable, MOST_NUMBER, MOST_ROW_BYTES } from "./known-tables.ts";

/** Bodies of messages to webhooks tell of many images; no other text is longer than an image. */
const MOST_BODY_BYTES = 16 * MOST_ROW_BYTES;

/** A column of ours, which the foreign table has as well. */
interface CopiedColumn {
  readonly name: string;
  readonly type: string;
  readonly notnull: 0 | 1;
}

/**
 * Copies a table's rows into a new file that has the tables of the release that wrote the foreign one. Ids of sources grow by
 * `offset`. Returns how many rows were left out because they are too large. Throws ConfigError when the table is not as that
 * release made it, or holds what it never writes.
 */
export function copyRows(from: ForeignFile, to: Database.Database, table: KnownTable, offset: number): number {
  const columns = to
    .prepare<[string], CopiedColumn>(`SELECT name, lower(type) AS type, "notnull" FROM pragma_table_info(?)`)
    .all(table.name);
  // An older release had no such table.
  if (columns.length === 0) return 0;
  refuseOtherTable(from, to, table.name);
  const read = columns.filter(({ name }) => !(name in table.instead));
  const size = read.map(({ name }) => `coalesce(octet_length("${name}"), 0)`).join(" + ");
  const isKept = table.leavesOutLarge ? `${size} <= ${MOST_ROW_BYTES}` : "true";
  // NOT INDEXED: an index of theirs may have an expression.
  const rows = `FROM "${table.name}" NOT INDEXED WHERE`;
  refuseWrongRows(from, table, read, `${rows} ${isKept}`);
  const insert = to.prepare(`INSERT INTO "${table.name}" VALUES (${columns.map(() => "?").join(", ")})`);
  const values = columns.map(({ name }) => valueReader(table, read, name, offset));
  const select = `SELECT ${read.map(({ name }) => `"${name}"`).join(", ")} ${rows} ${isKept}`;
  for (const row of from.sqlite.prepare<[], unknown[]>(select).raw().iterate()) insert.run(values.map((of) => of(row)));
  return from.sqlite.prepare<[], number>(`SELECT count(*) ${rows} NOT (${isKept})`).pluck().get() ?? 0;
}

function valueReader(
  { instead, sourceIds }: KnownTable,
  read: readonly CopiedColumn[],
  name: string,
  offset: number,
): (row: readonly unknown[]) => unknown {
  if (name in instead) return () => instead[name];
  const at = read.findIndex((column) => column.name === name);
  return sourceIds.includes(name) ? (row) => Number(row[at]) + offset : (row) => row[at];
}

/** A table of the same making has no computed columns, checks, defaults or collations but ours. */
function refuseOtherTable(from: ForeignFile, to: Database.Database, name: string): void {
  if (tableSql(from.sqlite, name) !== tableSql(to, name))
    throw new ConfigError(`${from.file}: its ${name} is not what imagedex writes; expected an imagedex catalogue`);
  refuseDamaged(from, name);
}

function refuseDamaged({ sqlite, file }: ForeignFile, table: string): void {
  const [trouble] = sqlite.prepare<[], string>(`PRAGMA quick_check("${table}")`).pluck().all();
  if (trouble !== "ok") throw damaged(file, trouble);
}

/** Columns alone: in brackets within these there could be an expression, which a check would run. */
const WORDS_OF_INDEX = /^CREATE TABLE '(image_text_\d+_[a-z]+)'\([\w, ]*\)( WITHOUT ROWID)?$/;

/** Indexes are built anew, but a file that is damaged there is no good copy. `to` has the tables of its release. Throws ConfigError. */
export function refuseDamagedIndexes(from: ForeignFile, to: Database.Database): void {
  for (const name of ["search_segments", "search_pages"])
    if (tableSql(to, name) !== undefined) refuseOtherTable(from, to, name);
  const tables = from.sqlite.prepare<[], { sql: unknown }>("SELECT sql FROM sqlite_schema").all();
  for (const { sql } of tables) {
    const [, name] = (typeof sql === "string" && WORDS_OF_INDEX.exec(sql)) || [];
    if (name !== undefined) refuseDamaged(from, name);
  }
}

function refuseWrongRows(from: ForeignFile, table: KnownTable, columns: readonly CopiedColumn[], rows: string): void {
  const wrong = columns.map((column) => `sum((${conditionOf(table, column)}) IS NOT TRUE) AS "${column.name}"`);
  const counts =
    from.sqlite.prepare<[], Record<string, number | null>>(`SELECT ${wrong.join(", ")} ${rows}`).get() ?? {};
  const [column] = Object.entries(counts).find(([, count]) => (count ?? 0) > 0) ?? [];
  if (column === undefined) return;
  const what = `${table.name}.${column} has ${counts[column]} invalid values`;
  throw new ConfigError(`${from.file}: ${what}; expected an imagedex catalogue`);
}

function conditionOf({ conditions }: KnownTable, { name, type, notnull }: CopiedColumn): string {
  const column = `"${name}"`;
  const isOfType =
    type === "text"
      ? `typeof(${column}) = 'text' AND octet_length(${column}) <= ${name === "body" ? MOST_BODY_BYTES : MOST_ROW_BYTES}`
      : `typeof(${column}) = 'integer' AND ${column} BETWEEN 0 AND ${MOST_NUMBER}`;
  // CASE: a condition is only for values of the type.
  const further = conditions[name]?.replaceAll("@", column) ?? "true";
  const isRight = `CASE WHEN ${isOfType} THEN ${further} END`;
  return notnull === 1 ? isRight : `${column} IS NULL OR ${isRight}`;
}
