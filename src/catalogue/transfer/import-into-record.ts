import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import { FACTS_FORMAT } from "../facts/columns-of.ts";
import { openReader } from "../file/open-catalogue.ts";
import { openPrivateFolder } from "../file/private-folder.ts";
import { wholeExtra } from "../listing/shared-extra.ts";
import { nameRecord } from "../../record/postgres/connect.ts";
import { fillRecord, readLastSource } from "../../record/postgres/fill-record.ts";
import { openRecord } from "../../record/postgres/open-record.ts";
import { IMAGES, type RecordRow, type RecordTable } from "../../record/postgres/record-tables.ts";
import { refuseNoCatalogue } from "./foreign-file.ts";
import { importCatalogue, type Imported, type ImportOptions } from "./import-catalogue.ts";

interface EmptyRecord {
  readonly url: string;
  readonly secretKey: string;
  /** A path of this machine: the file is checked in a folder beside it. */
  readonly beside: string;
}

/** What a record holds now. */
export interface ImportedShared extends Omit<Imported, "bytes"> {
  /** The record, without its password. */
  readonly database: string;
}

/** Counted by SQLite, under the names of their tables. */
const COUNTED = ["runs", "webhook_deliveries", "image_changes"];

/**
 * Makes an exported catalogue (or a copy of a single server's file) the record's, under the rules of `importCatalogue`. Throws
 * ConfigError, and changes nothing, where that does, and when the record cannot be used, has backends, or is changed meanwhile.
 */
export async function importIntoRecord(
  from: string,
  { url, secretKey, beside }: EmptyRecord,
  options: Omit<ImportOptions, "force" | "lastSource">,
): Promise<ImportedShared> {
  refuseNoCatalogue(from);
  const { format } = await openRecord(url, secretKey);
  const lastSource = await readLastSource(url);
  mkdirSync(dirname(beside), { recursive: true });
  using folder = openPrivateFolder(beside);
  const file = folder.create("import.db");
  const { bytes: _bytes, ...imported } = importCatalogue(from, file, { ...options, lastSource });
  using copy = openReader(file);
  const { sqlite } = copy;
  const digest = `imported ${randomUUID()}`;
  await fillRecord(
    url,
    { rowsOf: (table) => inBatches(rowsOf(sqlite, table, digest)), counters: countersOf(sqlite) },
    format,
  );
  return { ...imported, database: nameRecord(url) };
}

function rowsOf(sqlite: Database.Database, table: RecordTable, digest: string): Iterable<RecordRow> {
  // Refused listings are counted anew; the copy has none.
  if (table.name === "absent_images") return [];
  if (table.name !== IMAGES.name)
    return sqlite.prepare<[], RecordRow>(`SELECT ${table.columns.join(", ")} FROM ${table.name}`).iterate();
  const columns = table.columns.map((column) => `${IMAGE_VALUES[column] ?? `i.${column}`} AS ${column}`);
  return sqlite
    .prepare<[{ digest: string; format: number }], RecordRow>(
      `SELECT ${columns.join(", ")} FROM images i JOIN sources s ON s.id = i.source_id JOIN families f ON f.id = i.family_id`,
    )
    .iterate({ digest, format: FACTS_FORMAT });
}

/** What the record has otherwise than the file's row. */
const IMAGE_VALUES: Readonly<Record<string, string>> = {
  family_name: "f.name",
  extra: wholeExtra("i"),
  // No cloud's, so that the next listing writes each image; and of this import, so that nodes know it from another one.
  digest: "@digest",
  revision: "s.revision",
  facts_format: "@format",
};

function countersOf(sqlite: Database.Database): { name: string; value: number }[] {
  return sqlite
    .prepare<[string], { name: string; value: number }>(
      `SELECT name, value FROM counters
       UNION SELECT name, seq FROM sqlite_sequence WHERE name IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(COUNTED));
}

/** Rows and characters that are sent at a time: some rows are of a megabyte. */
const MOST_ROWS = 500;
const MOST_CHARACTERS = 4_000_000;

function* inBatches(rows: Iterable<RecordRow>): Generator<readonly RecordRow[]> {
  let batch: RecordRow[] = [];
  let characters = 0;
  for (const row of rows) {
    batch.push(row);
    for (const value of Object.values(row)) if (typeof value === "string") characters += value.length;
    if (batch.length < MOST_ROWS && characters < MOST_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
