import type Database from "better-sqlite3";
import type { Connection } from "./connection.ts";
import { rowsOf, valuesOf } from "./statements.ts";

/*
 * A server that follows a record keeps a file that is a copy of it: a replica. It says how far it has followed; only the follower
 * writes what it has of the record.
 */

/** Where a replica stands. */
export interface ReplicaState {
  /** The record that it follows. */
  readonly record: string;
  /** The record's last transaction that it has: 0 for none. */
  readonly position: number;
  /** What tells it from another transaction of the same position, in a record that lost some. */
  readonly token: string;
  /** ISO 8601: when it last was as new as the record, by this machine's clock. */
  readonly contactAt: string;
}

const REPLICA = "replica";

/** The tables that a node copies; a test holds them to be the record's, which only nodes load. */
export const COPIED =
  `backends accounts access_tokens sources counters stars webhooks webhook_deliveries backend_sources held_views
  source_parts absent_images runs asked_terms image_changes images`.split(/\s+/);

/** Marks a file as a replica that has nothing yet. */
export function markReplica({ sqlite }: Connection, record: string): void {
  sqlite.exec(
    `CREATE TABLE ${REPLICA} (one INTEGER PRIMARY KEY CHECK (one = 1), record TEXT NOT NULL, position INTEGER NOT NULL,
       token TEXT NOT NULL, contact_at TEXT NOT NULL)`,
  );
  sqlite
    .prepare<[string]>(`INSERT INTO ${REPLICA} VALUES (1, ?, 0, '00000000-0000-0000-0000-000000000000', '')`)
    .run(record);
}

/** Undefined of a file that is no replica. */
export function readReplica({ sqlite }: Connection): ReplicaState | undefined {
  if (!isReplica(sqlite)) return undefined;
  return rowsOf<ReplicaState>(sqlite, `SELECT record, position, token, contact_at AS contactAt FROM ${REPLICA}`).get();
}

export function isReplica(sqlite: Database.Database): boolean {
  return hasTable(sqlite, REPLICA);
}

function hasTable(sqlite: Database.Database, name: string): boolean {
  const select = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?";
  return valuesOf<number>(sqlite, select).get(name) === 1;
}

const ORIGIN = "copied_from";

/** Makes a replica a catalogue of its own, which says whose copy it was: a new node may start from it. */
export function releaseReplica(sqlite: Database.Database): void {
  forgetOrigin(sqlite);
  if (!isReplica(sqlite)) return;
  sqlite.exec(
    `CREATE TABLE ${ORIGIN} (record TEXT NOT NULL); INSERT INTO ${ORIGIN} SELECT record FROM ${REPLICA}; DROP TABLE ${REPLICA}`,
  );
}

/** The record that a released replica is a copy of; undefined for any other file. */
export function readOrigin({ sqlite }: Connection): string | undefined {
  if (!hasTable(sqlite, ORIGIN)) return undefined;
  return sqlite.prepare<[], string>(`SELECT record FROM ${ORIGIN}`).pluck().get();
}

/** Makes a released replica one again, which does not know how far it has followed. */
export function restoreReplica({ sqlite }: Connection, record: string): void {
  sqlite.transaction(() => {
    forgetOrigin(sqlite);
    markReplica({ sqlite }, record);
  })();
}

/** From now on the file has its own history. */
export function forgetOrigin(sqlite: Database.Database): void {
  sqlite.exec(`DROP TABLE IF EXISTS ${ORIGIN}`);
}

/** Notes how far the file has followed, in the transaction that brought it there. */
export function moveReplica(sqlite: Database.Database, to: Omit<ReplicaState, "record">): void {
  sqlite.prepare(`UPDATE ${REPLICA} SET position = @position, token = @token, contact_at = @contactAt`).run({ ...to });
}

/** Lets a connection to a replica change nothing that comes from the record; `except`: tables whose changes it takes back itself. */
export function guardReplica({ sqlite }: Connection, except: readonly string[] = []): void {
  for (const table of [...COPIED, REPLICA].filter((name) => !except.includes(name)))
    for (const event of ["INSERT", "UPDATE", "DELETE"])
      sqlite.exec(
        `CREATE TEMP TRIGGER guard_${table}_${event} BEFORE ${event} ON main.${table}
         BEGIN SELECT RAISE(ABORT, '${table}: only the follower writes what a node copies of its record'); END`,
      );
}

/** Notes that the file was as new as its record; at most some seconds pass until others may write. */
export function noteContact({ sqlite }: Connection, contactAt: string): void {
  sqlite.prepare<[string]>(`UPDATE ${REPLICA} SET contact_at = ?`).run(contactAt);
}
