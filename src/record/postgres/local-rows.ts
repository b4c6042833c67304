import type Database from "better-sqlite3";
import type { Connection } from "../../catalogue/file/connection.ts";
import { JOURNAL, type RecordRow, type RecordTable, type RowKey } from "./record-tables.ts";
import type { ImageMark } from "./read-record.ts";

/* What a node's file has of its record, and what waits to become it. */

/** The keys of all rows of a table. */
export function localKeys({ sqlite }: Connection, { name, key }: RecordTable): RowKey[] {
  const select =
    name === "absent_images"
      ? "SELECT a.source_id, i.image_id FROM absent_images a JOIN images i ON i.id = a.id"
      : `SELECT ${key.join(", ")} FROM ${name}`;
  return sqlite.prepare<[], (string | number)[]>(select).raw().all();
}

/** The revision of a source's images; undefined when there is no such source. */
export function localRevision({ sqlite }: Connection, sourceId: number): number | undefined {
  return sqlite.prepare<[number], number>("SELECT revision FROM sources WHERE id = ?").pluck().get(sourceId);
}

/** What a backend's ETags depend on: how often its stars changed, and which they are. */
export function localStars(
  { sqlite }: Connection,
  backendId: string,
): { readonly revision: number; readonly ids: ReadonlySet<string> } {
  const revision = sqlite.prepare<[string], number>("SELECT stars_revision FROM backends WHERE id = ?").pluck();
  const ids = sqlite.prepare<[string], string>("SELECT image_id FROM stars WHERE backend_id = ?").pluck();
  return { revision: revision.get(backendId) ?? -1, ids: new Set(ids.all(backendId)) };
}

/** The values of an ImageMark, in the order of the file: in the order of an index it takes twice as long, and objects a fifth more. */
export function localMarks(
  { sqlite }: Connection,
  sourceId: number,
): IterableIterator<[imageId: string, digest: string, retiredAt: string | null]> {
  const select = `SELECT image_id, digest, retired_at FROM images WHERE id IN (SELECT id FROM images WHERE source_id = ?)`;
  return sqlite.prepare<[number], [string, string, string | null]>(select).raw().iterate(sourceId);
}

/** Journal rows that wait for the transaction that makes them the file's. */
export function stageJournal({ sqlite }: Connection): (rows: readonly RecordRow[]) => void {
  sqlite.exec(
    `CREATE TEMP TABLE IF NOT EXISTS followed_journal (${JOURNAL.columns.join(", ")}); DELETE FROM temp.followed_journal`,
  );
  const values = JOURNAL.columns.map(() => "?").join(", ");
  const insert = sqlite.prepare<unknown[]>(`INSERT INTO temp.followed_journal VALUES (${values})`);
  return sqlite.transaction((rows: readonly RecordRow[]) => {
    for (const row of rows) insert.run(JOURNAL.columns.map((column) => row[column]));
  });
}

/** Digests that wait for the same transaction. */
export function stageDigests({
  sqlite,
}: Connection): (sourceId: number, rows: readonly Pick<ImageMark, "imageId" | "digest">[]) => void {
  sqlite.exec(
    "CREATE TEMP TABLE IF NOT EXISTS followed_digests (source_id, image_id, digest); DELETE FROM temp.followed_digests",
  );
  const insert = sqlite.prepare<unknown[]>("INSERT INTO temp.followed_digests VALUES (?, ?, ?)");
  return sqlite.transaction((sourceId: number, rows: readonly Pick<ImageMark, "imageId" | "digest">[]) => {
    for (const { imageId, digest } of rows) insert.run(sourceId, imageId, digest);
  });
}

/** Makes them the file's, in the caller's transaction. */
export function applyDigests(sqlite: Database.Database): void {
  sqlite.exec(
    `UPDATE images SET digest = f.digest FROM temp.followed_digests f
     WHERE images.source_id = f.source_id AND images.image_id = f.image_id; DELETE FROM temp.followed_digests`,
  );
}

/** Makes them the file's, in the caller's transaction. `isWhole`: they are all that there is. */
export function applyJournal(
  sqlite: Database.Database,
  { isWhole, forgetBefore }: { readonly isWhole: boolean; readonly forgetBefore: string | null },
): void {
  if (isWhole) sqlite.exec("DELETE FROM image_changes");
  const columns = JOURNAL.columns.join(", ");
  sqlite.exec(`INSERT OR REPLACE INTO image_changes (${columns}) SELECT ${columns} FROM temp.followed_journal`);
  if (forgetBefore !== null) sqlite.prepare<[string]>("DELETE FROM image_changes WHERE at < ?").run(forgetBefore);
}
