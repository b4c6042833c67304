import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import * as schema from "./schema.ts";

/** A table whose rows the record and every node's file have alike. */
export interface RecordTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Of the primary key, in its order. */
  readonly key: readonly string[];
  /** Columns that SQLite stores as 0 and 1. */
  readonly flags: ReadonlySet<string>;
}

/** A row as JSON: what PostgreSQL's row_to_json makes, and SQLite's json_object. */
export type RecordRow = Readonly<Record<string, string | number | boolean | null>>;

/** A row's primary key, in the order of its columns. */
export type RowKey = readonly (string | number)[];

/** A row as a transaction left it; null: it is gone. */
export interface RowChange {
  readonly table: string;
  readonly key: RowKey;
  readonly row: RecordRow | null;
}

/** All tables but images and their journal, each after those that it refers to. */
export const RECORD_TABLES: readonly RecordTable[] = [
  schema.backends,
  schema.accounts,
  schema.accessTokens,
  schema.sources,
  schema.counters,
  schema.stars,
  schema.webhooks,
  schema.webhookDeliveries,
  schema.backendSources,
  schema.heldViews,
  schema.sourceParts,
  schema.absentImages,
  schema.runs,
  schema.askedTerms,
].map(describe);

export const JOURNAL = describe(schema.imageChanges);
export const IMAGES = describe(schema.images);

/** Tables whose ids SQLite counts: how far, `counters` says under their names. */
export const COUNTED = ["runs", "webhook_deliveries"] as const;

/** Throws for a name that is none of the record's. */
export function recordTable(name: string): RecordTable {
  const table = [...RECORD_TABLES, JOURNAL].find((one) => one.name === name);
  if (!table) throw new Error(`no table of the record is called ${JSON.stringify(name)}`);
  return table;
}

function describe(table: PgTable): RecordTable {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const [composite] = primaryKeys;
  const key = composite?.columns ?? columns.filter((column) => column.primary);
  return {
    name,
    columns: columns.map((column) => column.name),
    key: key.map((column) => column.name),
    flags: new Set(columns.filter(({ dataType }) => dataType === "boolean").map((column) => column.name)),
  };
}
