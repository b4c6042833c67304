import type Database from "better-sqlite3";
import type { Connection } from "../file/connection.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { write } from "../file/write.ts";

/*
 * Earlier releases kept an FTS5 table for each source. They are dropped piece by piece: a large one takes half a second as a whole.
 */

/** Rows of a table that one transaction removes: some megabytes. */
const ROWS_AT_ONCE = 500;

export function hasTextTables({ sqlite }: Connection): boolean {
  return listTextTables(sqlite).length > 0;
}

/** The FTS5 tables of earlier releases. */
export function listTextTables(db: Database.Database): string[] {
  const select = `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE image_text_%'`;
  return db.prepare<[], string>(select).pluck().all();
}

/** Drops them in short transactions. */
export async function dropTextTables(catalogue: Catalogue): Promise<void> {
  const { sqlite } = catalogue;
  for (const name of listTextTables(sqlite)) {
    for (const part of [`${name}_data`, `${name}_docsize`]) {
      // FTS5's own rows of its structure stay, so that it can drop the rest.
      const isOfStructure = part.endsWith("_data") ? "id > 10" : "true";
      const empty = `DELETE FROM "${part}" WHERE id IN (SELECT id FROM "${part}" WHERE ${isOfStructure} LIMIT ${ROWS_AT_ONCE})`;
      while ((await write(catalogue, () => unguarded(sqlite, () => sqlite.prepare(empty).run().changes))) > 0);
    }
    await write(catalogue, () => sqlite.exec(`DROP TABLE IF EXISTS "${name}"`));
  }
}

/** The same in the caller's transaction: for a file that nobody else has open. */
export function dropTextTablesAtOnce(db: Database.Database): void {
  for (const name of listTextTables(db)) db.exec(`DROP TABLE "${name}"`);
}

/** SQLite lets nobody write what is FTS5's, unless told so. */
function unguarded<T>(db: Database.Database, work: () => T): T {
  db.unsafeMode(true);
  try {
    return work();
  } finally {
    db.unsafeMode(false);
  }
}
