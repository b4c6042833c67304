import type Database from "better-sqlite3";

/** What reads go through. Only the catalogue and the record look at the handle itself. */
export interface Connection {
  /** For hot paths and what drizzle cannot say (temporary tables). */
  readonly sqlite: Database.Database;
}

/** Runs reads in one transaction, so that all of them see one state of the catalogue. `reads` must be synchronous. */
export function inOneState<T>({ sqlite }: Connection, reads: () => T): T {
  return sqlite.transaction(reads)();
}

/** Whether it was not closed meanwhile. */
export function isOpen({ sqlite }: Connection): boolean {
  return sqlite.open;
}

/** Throws what SQLite says where this connection cannot write. */
export function assertWritable({ sqlite }: Connection): void {
  sqlite.exec("BEGIN IMMEDIATE; ROLLBACK");
}
