import { join } from "node:path";
import type Database from "better-sqlite3";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { PACKAGE_FOLDER } from "../../package-folder.ts";

export const MIGRATIONS = join(PACKAGE_FOLDER, "migrations");

/** The table in which drizzle notes what was applied. */
export const APPLIED = "__drizzle_migrations";

/** When each migration was made, oldest first: a file's newest one tells its format. */
export function migrationTimes(): number[] {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ folderMillis }) => folderMillis);
}

/** Gives an empty file the tables of an older release: drizzle's `migrate` goes on from there. */
export function applyMigrations(sqlite: Database.Database, newest: number): void {
  // As drizzle makes it.
  sqlite.exec(`CREATE TABLE "${APPLIED}" (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)`);
  const note = sqlite.prepare<[string, number]>(`INSERT INTO "${APPLIED}" ("hash", "created_at") VALUES (?, ?)`);
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: MIGRATIONS })) {
    if (folderMillis > newest) continue;
    for (const statement of sql) sqlite.exec(statement);
    note.run(hash, folderMillis);
  }
}
