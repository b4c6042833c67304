import type Database from "better-sqlite3";
import { type ChangedRow, differingFields } from "./differing-fields.ts";
import { wholeExtra, wholeStagedExtra } from "./shared-extra.ts";
import type { STAGED_COLUMNS } from "./staged-rows.ts";

/*
 * What a listing writes into the journal of changes: a row for each image that a commit added, changed, retired or took back. A source's first
 * commit notes nothing, since all of it would be new.
 */

/** What a commit's journal rows have in common. Times are ISO 8601. */
export interface JournalEntry {
  readonly sourceId: number;
  readonly runId: number;
  readonly now: string;
}

const INSERT = "INSERT INTO image_changes (source_id, run_id, at, image_id, kind, fields)";
const STAGED = "temp.staged s LEFT JOIN images i ON i.source_id = @sourceId AND i.image_id = s.image_id";

/** Notes what the staged images are to those of the source, before they are merged. Returns how many changed. */
export function journalStaged(db: Database.Database, entry: JournalEntry): number {
  const of = { ...entry };
  if (!wasListed(db, entry.sourceId)) return 0;
  db.prepare(
    `${INSERT} SELECT @sourceId, @runId, @now, s.image_id, iif(i.id IS NULL, 'added', 'returned'), NULL
     FROM ${STAGED} WHERE i.id IS NULL OR i.retired_at IS NOT NULL ORDER BY s.created_at, s.image_id`,
  ).run(of);
  const note = db.prepare(`${INSERT} VALUES (@sourceId, @runId, @now, @imageId, 'changed', @fields)`);
  let changed = 0;
  for (const rows of changedRows(db, entry.sourceId)) {
    for (const { imageId, ...row } of rows) {
      const fields = differingFields(row);
      // A row that is written anew because we read or derive it otherwise is no change of the image.
      if (fields.length === 0) continue;
      note.run({ ...of, imageId, fields: JSON.stringify(fields) });
      changed++;
    }
  }
  return changed;
}

/** Notes the images whose row ids `temp.unlisted` holds as retired. */
export function journalRetired(db: Database.Database, entry: JournalEntry): void {
  db.prepare(
    `${INSERT} SELECT @sourceId, @runId, @now, image_id, 'retired', NULL FROM images
     WHERE id IN (SELECT id FROM temp.unlisted) ORDER BY image_id`,
  ).run({ ...entry });
}

function wasListed(db: Database.Database, sourceId: number): boolean {
  return db.prepare<[number], number>("SELECT revision FROM sources WHERE id = ?").pluck().get(sourceId) !== 0;
}

/** What the cloud says of an image; the rest follows from it. */
const TOLD = [
  "name",
  "description",
  "owner_id",
  "owner_alias",
  "platform",
  "architecture",
  "visibility",
  "created_at",
  "deprecated_at",
  "keywords",
] as const satisfies readonly (typeof STAGED_COLUMNS)[number][];

/** Rows that are compared at a time: bounds memory, since one may be of a megabyte. */
const CHUNK = 50;

function* changedRows(
  db: Database.Database,
  sourceId: number,
): Generator<(ChangedRow & { readonly imageId: string })[], void> {
  const told = TOLD.map(
    (column) => `'${column}', iif(i.${column} IS s.${column}, NULL, json_array(i.${column}, s.${column}))`,
  );
  const select = db.prepare<[{ sourceId: number; after: string }], ChangedRow & { imageId: string }>(
    `SELECT s.image_id AS imageId, json_object(${told.join(", ")}) AS told, i.digest AS digestBefore, s.digest AS digestAfter,
       ${wholeExtra("i")} AS before, ${wholeStagedExtra("s")} AS after
     FROM temp.staged s CROSS JOIN images i ON i.source_id = @sourceId AND i.image_id = s.image_id
     WHERE i.retired_at IS NULL AND s.image_id > @after ORDER BY s.image_id LIMIT ${CHUNK}`,
  );
  for (let after: string | undefined = ""; after !== undefined;) {
    const rows = select.all({ sourceId, after });
    yield rows;
    after = rows.at(-1)?.imageId;
  }
}
