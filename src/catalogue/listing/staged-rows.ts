import type Database from "better-sqlite3";
import type { ImageColumns } from "../facts/columns-of.ts";
import type { RowSpool } from "../index/row-spool.ts";
import type { StoredExtra } from "./shared-extra.ts";

/** Staged images beyond this are on disk, in SQLite's temporary file. It holds the index of 200,000, which is written all over. */
const STAGE_CACHE_KIB = 16 * 1024;

/** An image as its row is written. */
export interface StagedImage extends ImageColumns, StoredExtra {}

/** What is derived of an image. */
const IMAGE_COLUMNS = [
  "image_id",
  "part",
  "name",
  "folded_name",
  "description",
  "owner_id",
  "owner_alias",
  "publisher",
  "trust",
  "platform",
  "architecture",
  "root_device_type",
  "visibility",
  "created_at",
  "deprecated_at",
  "os",
  "os_version",
  "os_codename",
  "state",
  "hidden",
  "virtualization_type",
  "line",
  "family_name",
  "keywords",
  "digest",
] as const satisfies readonly (keyof ImageColumns)[];

/** The columns of `temp.staged`. What is shared is numbered as in `temp.staged_extras`. */
export const STAGED_COLUMNS = [...IMAGE_COLUMNS, "extra", "shared_id"] as const;
export type StagedColumn = (typeof STAGED_COLUMNS)[number];

/** The new and changed images of a listing, in `temp.staged` of its connection. */
export interface StagedRows {
  /** Takes the place of an earlier row of the same image. */
  add(row: ImageColumns, extra: StoredExtra): void;
  remove(imageId: string): void;
  has(imageId: string): boolean;
  count(): number;
}

/** `spool`: takes each row too. */
export function openStagedRows(sqlite: Database.Database, spool?: RowSpool): StagedRows {
  sqlite.pragma(`temp.cache_size = -${STAGE_CACHE_KIB}`);
  sqlite.exec(
    `CREATE TEMP TABLE staged (${STAGED_COLUMNS.join(", ")}); CREATE UNIQUE INDEX temp.staged_by_id ON staged (image_id)`,
  );
  // By place: SQLite would look each name up, for each row.
  const values = STAGED_COLUMNS.map(() => "?").join(", ");
  const into = `INTO temp.staged (${STAGED_COLUMNS.join(", ")}) VALUES (${values})`;
  const insert = sqlite.prepare<unknown[]>(`INSERT OR IGNORE ${into}`);
  const replace = sqlite.prepare<unknown[]>(`REPLACE ${into}`);
  const remove = sqlite.prepare<[string]>("DELETE FROM temp.staged WHERE image_id = ?");
  const has = sqlite.prepare<[string], number>("SELECT 1 FROM temp.staged WHERE image_id = ?").pluck();
  // Counted here: SQLite would go through all rows, after each page.
  let count = 0;
  return {
    add(row, { extra, shared_id }) {
      const bound: unknown[] = IMAGE_COLUMNS.map((column) => row[column]);
      bound.push(extra, shared_id);
      let done = insert.run(bound);
      if (done.changes > 0) count++;
      else done = replace.run(bound);
      spool?.add(Number(done.lastInsertRowid), row);
    },
    remove: (imageId) => void (count -= remove.run(imageId).changes),
    has: (imageId) => has.get(imageId) !== undefined,
    count: () => count,
  };
}
