import type Database from "better-sqlite3";
import type { Connection } from "../catalogue/file/connection.ts";

/** The newest row of the journal; 0 when it is empty. What is committed later has a higher one. */
export function newestChange({ sqlite }: Connection): number {
  return sqlite.prepare<[], number | null>("SELECT max(id) FROM image_changes").pluck().get() ?? 0;
}

/** Forgets what is older than some days. */
export function forgetOldChanges(db: Database.Database, now: string, days: number): void {
  const before = new Date(Date.parse(now) - days * 86_400_000).toISOString();
  db.prepare<[string]>("DELETE FROM image_changes WHERE at < ?").run(before);
}
