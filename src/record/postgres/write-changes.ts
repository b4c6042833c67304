import { randomUUID } from "node:crypto";
import { type Client, PREPARED, type Transaction } from "./connect.ts";
import { recordTable, type RecordRow, type RecordTable, type RowChange, type RowKey } from "./record-tables.ts";

/** A transaction of the record: its number, and a token that tells it from another transaction with the same number. */
export interface Position {
  readonly position: number;
  readonly token: string;
}

/** What a transaction changed, as the feed tells those who follow. */
export interface FeedEntry {
  /** Rows that changed, by table. */
  readonly keys: readonly (readonly [table: string, keys: readonly RowKey[]])[];
  /** Of a listing. */
  readonly listing?: FeedListing | undefined;
}

export interface FeedListing {
  readonly sourceId: number;
  /** The journal's rows after this one, up to that one. */
  readonly journal: readonly [after: number, until: number];
  /** The journal forgets what is older: ISO 8601. */
  readonly forgetBefore: string | null;
  /** Images that are removed, by the cloud's id. */
  readonly removed?: readonly string[];
  /** Images whose digests alone were written, by the cloud's id. */
  readonly rewritten?: readonly string[];
}

/** The channel on which nodes hear of commits. */
export const CHANNEL = "imagedex";

/** Writes rows as a transaction left them, in the order of the changes. */
export async function writeRows(sql: Transaction, changes: readonly RowChange[]): Promise<void> {
  await Promise.all(
    inTurns(changes).map(({ table, rows, keys }) =>
      rows.length > 0 ? upsertRows(sql, table, rows) : deleteRows(sql, table, keys),
    ),
  );
}

interface TableTurn {
  readonly table: RecordTable;
  readonly rows: readonly RecordRow[];
  /** For rows that were deleted. */
  readonly keys: readonly RowKey[];
}

/** Neighbouring changes of one table and kind share a statement. */
function inTurns(changes: readonly RowChange[]): TableTurn[] {
  const turns: { table: RecordTable; rows: RecordRow[]; keys: RowKey[] }[] = [];
  for (const { table, key, row } of changes) {
    const last = turns.at(-1);
    const isSame = last?.table.name === table && (row ? last.keys.length === 0 : last.rows.length === 0);
    const turn = isSame && last ? last : { table: recordTable(table), rows: [], keys: [] };
    if (turn !== last) turns.push(turn);
    if (row) turn.rows.push(row);
    else turn.keys.push(key);
  }
  return turns;
}

/** Writes rows of one table in one statement; existing rows with the same key are replaced. */
export async function upsertRows(
  sql: Transaction,
  { name, columns, key }: RecordTable,
  rows: readonly RecordRow[],
): Promise<void> {
  const set = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await sql.unsafe(
    `INSERT INTO ${name} (${columns.join(", ")})
     SELECT ${columns.join(", ")} FROM json_populate_recordset(NULL::${name}, $1::text::json)
     ON CONFLICT (${key.join(", ")}) DO ${set.length === 0 ? "NOTHING" : `UPDATE SET ${set.join(", ")}`}`,
    [storable(rows)],
    PREPARED,
  );
}

async function deleteRows(sql: Transaction, { name, key }: RecordTable, keys: readonly RowKey[]): Promise<void> {
  const rows = keys.map((values) => Object.fromEntries(key.map((column, at) => [column, values[at]])));
  const columns = key.join(", ");
  await sql.unsafe(
    `DELETE FROM ${name} WHERE (${columns}) IN (
       SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1::text::json))`,
    [storable(rows)],
    PREPARED,
  );
}

/** As JSON writes NUL characters and lone surrogates. */
const UNSTORABLE = /\\u(0000|d[89a-f])/;

/** JSON that PostgreSQL accepts: without NUL characters and lone surrogates. */
export function storable(values: readonly (object | string | number)[]): string {
  const json = JSON.stringify(values);
  if (!UNSTORABLE.test(json)) return json;
  return JSON.stringify(values, (_name, value: unknown) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value,
  );
}

/** A newer release has migrated the record: it may hold things that this one does not know. */
export class NewerRecord extends Error {
  override readonly name = "NewerRecord";
}

/** Another transaction was committed first. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

export interface StateStep {
  /** Where the record must be; undefined: wherever it is. */
  readonly from?: Position | undefined;
  /** Chosen by the caller, who can use it later to ask whether this transaction was committed. */
  readonly token?: string;
  /** The newest format that this release knows. */
  readonly format: number;
  readonly kind: "settings" | "listing";
  readonly entry: FeedEntry;
}

/**
 * Moves the record on: from here until the commit all other writers wait. What takes long comes before. Throws Overtaken when the record is not
 * where it should be, NewerRecord when a newer release has migrated it.
 */
export async function moveState(
  sql: Transaction,
  { from, token = randomUUID(), format, kind, entry }: StateStep,
): Promise<Position> {
  const [moved] = await sql<{ position: number; format: number }[]>`
    WITH moved AS (
      UPDATE state SET position = position + 1, token = ${token}
      WHERE ${from ? sql`position = ${from.position} AND token = ${from.token}` : sql`true`} RETURNING position, format),
    fed AS (
      INSERT INTO feed (position, token, kind, about) SELECT position, ${token}::uuid, ${kind}, ${JSON.stringify(entry)} FROM moved)
    SELECT position, format, pg_notify(${CHANNEL}, position::text) FROM moved`;
  if (!moved) throw new Overtaken("the record has moved on");
  if (moved.format > format)
    throw new NewerRecord("the record was upgraded by a newer imagedex, so this node only reads; upgrade it");
  return { position: moved.position, token };
}

/** The position of a transaction, if it was committed. */
export async function findCommitted(sql: Client, token: string): Promise<number | undefined> {
  const [row] = await sql<{ position: number }[]>`SELECT position FROM feed WHERE token = ${token}`;
  return row?.position;
}

/** What the feed says of changed rows. */
export function keysOf(changes: readonly RowChange[]): FeedEntry["keys"] {
  const keys = new Map<string, RowKey[]>();
  for (const { table, key } of changes) keys.set(table, [...(keys.get(table) ?? []), key]);
  return [...keys];
}
