import type Database from "better-sqlite3";
import type { ImageColumns } from "../facts/columns-of.ts";
import { createKeptTextNumbers } from "../index/text-numbers.ts";
import type { RowSpool } from "../index/row-spool.ts";
import type { StoredExtra } from "./shared-extra.ts";

/** Staged images beyond this are on disk, in SQLite's temporary file. */
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
  sqlite.exec(`CREATE TEMP TABLE staged (${STAGED_COLUMNS.join(", ")})`);
  // By place: SQLite would look each name up, for each row.
  const values = STAGED_COLUMNS.map(() => "?").join(", ");
  const insert = sqlite.prepare<unknown[]>(`INSERT INTO temp.staged (${STAGED_COLUMNS.join(", ")}) VALUES (${values})`);
  const remove = sqlite.prepare<[number]>("DELETE FROM temp.staged WHERE rowid = ?");
  const imageIdOf = sqlite.prepare<[number], string>("SELECT image_id FROM temp.staged WHERE rowid = ?").pluck();
  // An index of ids would be written all over. Their texts are not kept: one that was cut out of its page holds the whole page.
  const rows: number[] = [];
  const ids = createKeptTextNumbers(
    (number, imageId) => rows[number] !== REMOVED && imageIdOf.get(rows[number]!) === imageId,
  );
  // Counted here: SQLite would go through all rows, after each page.
  let count = 0;
  const removeAt = (number: number): void => {
    count -= remove.run(rows[number]!).changes;
    rows[number] = REMOVED;
  };
  return {
    add(row, { extra, shared_id }) {
      // As SQLite stores it: half a character is none.
      const imageId = row.image_id.toWellFormed();
      const known = ids.find(imageId);
      if (known >= 0) removeAt(known);
      const bound: unknown[] = IMAGE_COLUMNS.map((column) => row[column]);
      bound.push(extra, shared_id);
      const staged = Number(insert.run(bound).lastInsertRowid);
      ids.add(imageId);
      rows.push(staged);
      count++;
      spool?.add(staged, row);
    },
    remove(imageId) {
      const known = ids.find(imageId.toWellFormed());
      if (known >= 0) removeAt(known);
    },
    has: (imageId) => ids.find(imageId.toWellFormed()) >= 0,
    count: () => count,
  };
}

/** Takes the place of the number of a row that is not staged any more. */
const REMOVED = 0;
