import type Database from "better-sqlite3";
import { dropEmptyFamilies, NEWEST_FIRST } from "./families.ts";
import { changeIndex } from "./index/write-segments.ts";
import { storeFingerprints } from "./known-items.ts";
import { forgetOldChanges, type JournalEntry, journalRetired, journalStaged } from "./journal.ts";
import { dropHeldViews } from "./held-views.ts";
import { forgetShrunkListings, noteSeen } from "./shrunk-listings.ts";
import { type ListedParts, recordParts, recordPartsUnchanged } from "./source-parts.ts";
import { type ListingStage, STAGED_COLUMNS } from "./stage-listing.ts";
import { findUnlisted } from "./unlisted-images.ts";

/** What a commit did to the images of its source. */
export interface CommitCounts {
  readonly added: number;
  readonly changed: number;
  readonly retired: number;
  readonly returned: number;
}

export interface CommitOptions {
  /** The time, ISO 8601. Asked at the start of the transaction, and at its end for when the listing became the catalogue. */
  readonly now: () => string;
  /** Whether images that were not listed are retired (a full listing) or left (a probe). */
  readonly retire: boolean;
  /** Of a full listing: the rows that it retires; all that it did not have by default. */
  readonly absent?: readonly number[] | undefined;
  /** Of a full listing: the parts that it met. `unchanged`: those of the one before. */
  readonly parts?: ListedParts | "unchanged" | undefined;
  readonly runId: number;
  /** Days for which the journal of changes is kept. */
  readonly keepChanges?: number | undefined;
}

/** Days. */
export const KEEP_CHANGES = 90;

/**
 * Makes a staged listing the catalogue, in one transaction: readers see the old or the new one.
 */
export function commitListing(stage: ListingStage, options: CommitOptions): CommitCounts {
  const { sqlite } = stage.catalogue;
  return sqlite
    .transaction(() => {
      const entry: JournalEntry = { sourceId: stage.sourceId, runId: options.runId, now: options.now() };
      prepareCommit(sqlite);
      const absent = options.retire ? (options.absent ?? findUnlisted(stage).absent) : [];
      const { written, ...counts } = mergeStaged(sqlite, entry);
      const retired = retireImages(sqlite, absent, entry);
      storeFingerprints(sqlite);
      const isChanged = written + retired > 0;
      if (isChanged) {
        markLatest(sqlite, stage.sourceId);
        indexChanged(sqlite, stage.sourceId);
        dropEmptyFamilies(sqlite, "SELECT id FROM temp.left_families");
      }
      if (options.retire) dropHeldViews(stage.catalogue, stage.sourceId);
      forgetOldChanges(sqlite, entry.now, options.keepChanges ?? KEEP_CHANGES);
      const report = { ...counts, retired };
      record(stage, report, isChanged, options);
      return report;
    })
    .immediate();
}

/** Makes the temporary tables that `markLatest` and `indexChanged` work on, empty. */
export function prepareCommit(sqlite: Database.Database): void {
  for (const table of ["touched_families", "left_families", "written", "unlisted"]) {
    sqlite.exec(`CREATE TEMP TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY); DELETE FROM temp.${table}`);
  }
}

/** Notes what the commit did, after all that takes long: these times are when readers see it. */
function record(stage: ListingStage, report: CommitCounts, isChanged: boolean, options: CommitOptions): void {
  const { catalogue, sourceId } = stage;
  const { sqlite } = catalogue;
  const now = options.now();
  recordCommit(sqlite, sourceId, isChanged, { now, retire: options.retire });
  if (isChanged) recordFamilies(sqlite, sourceId);
  if (options.retire) {
    forgetShrunkListings(catalogue, sourceId);
    if (options.parts === "unchanged") recordPartsUnchanged(catalogue, sourceId, now);
    else recordParts(catalogue, sourceId, options.parts ?? { listed: [], failed: [] }, now);
  } else {
    const staged = sqlite
      .prepare<[number], number>("SELECT 1 FROM images i JOIN temp.staged s ON s.image_id = i.image_id WHERE i.id = ?")
      .pluck();
    noteSeen(catalogue, sourceId, (id) => stage.isUnchanged(id) || staged.get(id) !== undefined);
  }
  finishRun(sqlite, options.runId, stage.listed(), report, now);
}

/** Columns that the upsert overwrites: all that were staged but the key and the family's name. */
const MERGED_COLUMNS = STAGED_COLUMNS.filter((column) => column !== "family_name");

/** `written` counts the rows, also those that are written anew though the cloud changed nothing. */
function mergeStaged(
  sqlite: Database.Database,
  entry: JournalEntry,
): Omit<CommitCounts, "retired"> & { readonly written: number } {
  const { sourceId, now } = entry;
  const of = { source: sourceId };
  const before = sqlite
    .prepare<[typeof of], { changed: number; returned: number; all: number }>(
      `SELECT count(*) FILTER (WHERE i.id IS NOT NULL AND i.retired_at IS NULL) AS changed,
              count(*) FILTER (WHERE i.retired_at IS NOT NULL) AS returned, count(*) AS "all"
       FROM temp.staged s LEFT JOIN images i ON i.source_id = @source AND i.image_id = s.image_id`,
    )
    .get(of) ?? { changed: 0, returned: 0, all: 0 };
  if (before.all === 0) return { added: 0, changed: 0, returned: 0, written: 0 };
  const changed = journalStaged(sqlite, entry);

  const [owner, architecture] = ["coalesce(s.owner_id, '')", "coalesce(s.architecture, '')"];
  // CROSS: SQLite would go through all images of the source and look each up among the staged.
  const known = "temp.staged s CROSS JOIN images i ON i.source_id = @source AND i.image_id = s.image_id";
  sqlite.prepare(`INSERT INTO temp.written SELECT i.id FROM ${known}`).run(of);
  const newestRow = sqlite.prepare<[], number | null>("SELECT max(id) FROM images").pluck().get() ?? 0;
  // A changed image may leave its family: both families' latest builds are looked at again.
  touchFamilies(sqlite, "written");
  sqlite.exec("INSERT INTO temp.left_families SELECT id FROM temp.touched_families");
  sqlite.exec(
    `INSERT INTO families (owner_id, name, architecture)
     SELECT DISTINCT ${owner}, s.family_name, ${architecture} FROM temp.staged s WHERE true ON CONFLICT DO NOTHING`,
  );
  sqlite
    .prepare(
      `INSERT INTO images (source_id, family_id, first_seen, position, ${MERGED_COLUMNS.join(", ")})
       SELECT @source, f.id, @now, @last + s.rowid, ${MERGED_COLUMNS.map((column) => `s.${column}`).join(", ")}
       FROM temp.staged s JOIN families f ON f.owner_id = ${owner} AND f.name = s.family_name AND f.architecture = ${architecture}
       WHERE true ORDER BY ${STORAGE_ORDER}
       ON CONFLICT (image_id, source_id) DO UPDATE SET
         family_id = excluded.family_id, retired_at = NULL, last_seen = NULL, latest = 0,
         position = coalesce(position, excluded.position),
         ${MERGED_COLUMNS.map((column) => `${column} = excluded.${column}`).join(", ")}`,
    )
    .run({ ...of, now, last: lastPosition(sqlite, sourceId) });
  sqlite.prepare("INSERT INTO temp.written SELECT id FROM images WHERE id > ?").run(newestRow);
  touchFamilies(sqlite, "written");
  const added = before.all - before.changed - before.returned;
  return { added, changed, returned: before.returned, written: before.all };
}

/** Rows that are written in this order lie near those that answers show beside them. Newest last, where later ones are added. */
const STORAGE_ORDER = `CASE trust WHEN 'community' THEN 0 WHEN 'verified' THEN 1 WHEN 'official' THEN 2 ELSE 3 END,
  created_at, image_id DESC`;

function lastPosition(sqlite: Database.Database, sourceId: number): number {
  const select = "SELECT max(position) FROM images WHERE source_id = ? AND position IS NOT NULL";
  return sqlite.prepare<[number], number | null>(select).pluck().get(sourceId) ?? 0;
}

function retireImages(sqlite: Database.Database, ids: readonly number[], entry: JournalEntry): number {
  if (ids.length === 0) return 0;
  const note = sqlite.prepare<[number]>("INSERT INTO temp.unlisted VALUES (?)");
  for (const id of ids) note.run(id);
  journalRetired(sqlite, entry);
  const lastSeen = sqlite
    .prepare<[number], string | null>("SELECT synced_at FROM sources WHERE id = ?")
    .pluck()
    .get(entry.sourceId);
  sqlite
    .prepare(
      "UPDATE images SET retired_at = ?, last_seen = ?, latest = 0, position = NULL WHERE id IN (SELECT id FROM temp.unlisted)",
    )
    .run(entry.now, lastSeen ?? entry.now);
  touchFamilies(sqlite, "unlisted");
  return ids.length;
}

function touchFamilies(sqlite: Database.Database, table: "written" | "unlisted"): void {
  sqlite.exec(
    `INSERT OR IGNORE INTO temp.touched_families SELECT family_id FROM images WHERE id IN (SELECT id FROM temp.${table})`,
  );
}

/** Finds the newest build of every touched family; where that changed, the images are written anew. */
export function markLatest(sqlite: Database.Database, sourceId: number): void {
  sqlite.exec(
    "CREATE TEMP TABLE IF NOT EXISTS turned (id INTEGER PRIMARY KEY, latest INTEGER); DELETE FROM temp.turned",
  );
  sqlite
    .prepare(
      `INSERT INTO temp.turned SELECT id, now_latest FROM (
         SELECT id, latest,
           row_number() OVER (PARTITION BY family_id ORDER BY ${NEWEST_FIRST}) = 1 AS now_latest
         FROM images WHERE source_id = ? AND retired_at IS NULL AND family_id IN (SELECT id FROM temp.touched_families)
       ) WHERE latest <> now_latest`,
    )
    .run(sourceId);
  sqlite.exec("UPDATE images SET latest = t.latest FROM temp.turned t WHERE images.id = t.id");
  sqlite.exec("INSERT OR IGNORE INTO temp.written SELECT id FROM temp.turned");
}

/** Brings the search's index up to what was written, turned and retired. */
function indexChanged(sqlite: Database.Database, sourceId: number): void {
  const rowsOf = (table: "written" | "unlisted"): number[] =>
    sqlite.prepare<[], number>(`SELECT id FROM temp.${table}`).pluck().all();
  const [written, retired] = [rowsOf("written"), rowsOf("unlisted")];
  changeIndex(sqlite, sourceId, "present", { gone: [...written, ...retired], come: written });
  changeIndex(sqlite, sourceId, "retired", { gone: written, come: retired });
}

function recordCommit(
  sqlite: Database.Database,
  sourceId: number,
  isChanged: boolean,
  { now, retire }: { readonly now: string; readonly retire: boolean },
): void {
  sqlite
    .prepare(
      `UPDATE sources SET ${retire ? "synced_at" : "probed_at"} = @now, revision = max(1, revision + @changed),
         changed_at = CASE WHEN @changed THEN @now ELSE coalesce(changed_at, @now) END,
         image_count = (SELECT count(*) FROM images WHERE source_id = @id AND position IS NOT NULL)
       WHERE id = @id`,
    )
    .run({ id: sourceId, changed: isChanged ? 1 : 0, now });
}

/** A commit that touched more families than this is followed by reading all of them. */
const FAMILY_CHANGES_KEPT = 2_000;

function recordFamilies(sqlite: Database.Database, sourceId: number): void {
  const touched = sqlite.prepare<[], number>("SELECT count(*) FROM temp.touched_families").pluck().get() ?? 0;
  if (touched > FAMILY_CHANGES_KEPT) {
    sqlite.prepare("DELETE FROM family_changes WHERE source_id = ?").run(sourceId);
    return;
  }
  sqlite
    .prepare(
      `INSERT INTO family_changes SELECT s.id, s.revision, t.id FROM temp.touched_families t, sources s WHERE s.id = ?`,
    )
    .run(sourceId);
  sqlite
    .prepare(
      `DELETE FROM family_changes WHERE source_id = @sourceId AND revision <= (
         SELECT revision FROM (SELECT revision, sum(count(*)) OVER (ORDER BY revision DESC) AS total FROM family_changes
           WHERE source_id = @sourceId GROUP BY revision) WHERE total > @kept ORDER BY revision DESC LIMIT 1)`,
    )
    .run({ sourceId, kept: FAMILY_CHANGES_KEPT });
}

function finishRun(sqlite: Database.Database, runId: number, listed: number, counts: CommitCounts, now: string): void {
  sqlite
    .prepare(
      `UPDATE runs SET state = 'complete', finished_at = @now, listed = @listed, added = @added, changed = @changed,
         retired = @retired, returned = @returned WHERE id = @runId`,
    )
    .run({ ...counts, runId, listed, now });
}
