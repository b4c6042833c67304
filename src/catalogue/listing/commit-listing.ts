import type Database from "better-sqlite3";
import { dropEmptyFamilies } from "./families.ts";
import { beginFirstIndex } from "../index/first-index.ts";
import { changeIndex } from "../index/write-segments.ts";
import type { SegmentBuilder } from "../index/pack-segment.ts";
import { storeFingerprints } from "./known-items.ts";
import { forgetOldChanges } from "../../record/journal.ts";
import { type JournalEntry, journalRetired, journalStaged } from "./journal-listing.ts";
import { dropHeldViews } from "../../record/held-views.ts";
import type { RunProgress } from "../../record/runs.ts";
import { findTurnedOfCommit, turnBuilds } from "./rank-builds.ts";
import { forgetShrunkListings, noteSeen } from "../../record/shrunk-listings.ts";
import { type ListedParts, recordParts, recordPartsUnchanged } from "./source-parts.ts";
import { hasRows, type ListingStage } from "./stage-listing.ts";
import { findUnlisted } from "./unlisted-images.ts";
import { writeStaged } from "./write-staged.ts";

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
  /** What else its run tells, where that is not stored yet: a record takes it with the listing. */
  readonly notes?: RunProgress | undefined;
  /** Of the source, when the listing began. Where the file is the record, a lock says that it is still that. */
  readonly revision?: number | undefined;
  /** Days for which the journal of changes is kept. */
  readonly keepChanges?: number | undefined;
  /** Builds a part of the search's index of a first listing. */
  readonly beside?: SegmentBuilder | undefined;
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
      const isFirst = !hasRows(sqlite, stage.sourceId);
      const { written, finishIndex, ...counts } = mergeStaged(stage, entry, isFirst, options.beside);
      const retired = retireImages(sqlite, absent, entry);
      storeFingerprints(sqlite);
      const isChanged = written + retired > 0;
      if (isChanged) {
        // Of a first listing each row is right as it was written.
        if (!isFirst) markLatest(sqlite, stage.sourceId);
        else shrinkCaches(sqlite);
        if (finishIndex) finishIndex();
        else indexChanged(sqlite, stage.sourceId);
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

/** Page caches of a connection whose rows are written, in KiB. */
const CACHE_KIB = 2 * 1024;

/** Frees memory for the index of a first listing: of its rows each is read once more. */
function shrinkCaches(sqlite: Database.Database): void {
  for (const cache of ["cache_size", "temp.cache_size"]) sqlite.pragma(`${cache} = -${CACHE_KIB}`);
  sqlite.pragma("shrink_memory");
}

/** Makes the temporary tables that `markLatest` and `indexChanged` work on, empty. */
export function prepareCommit(sqlite: Database.Database): void {
  for (const table of ["touched_families", "left_families", "written", "unlisted"]) {
    sqlite.exec(`CREATE TEMP TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY); DELETE FROM temp.${table}`);
  }
}

/** Notes what the commit did, after all that takes long: these times are when readers see it. */
function record(stage: ListingStage, report: CommitCounts, isChanged: boolean, options: CommitOptions): void {
  const { sqlite } = stage.catalogue;
  const now = options.now();
  recordCommit(sqlite, stage.sourceId, isChanged, { now, retire: options.retire });
  if (isChanged) recordFamilies(sqlite, stage.sourceId);
  recordListed(stage, report, options, now);
}

/** Notes what a listing brought beside its images, and how its run ended. */
export function recordListed(stage: ListingStage, report: CommitCounts, options: CommitOptions, now: string): void {
  const { catalogue, sourceId } = stage;
  const { sqlite } = catalogue;
  if (options.retire) {
    forgetShrunkListings(catalogue, sourceId);
    if (options.parts === "unchanged") recordPartsUnchanged(catalogue, sourceId, now);
    else recordParts(catalogue, sourceId, options.parts ?? { listed: [], failed: [] }, now);
  } else {
    const imageIdOf = sqlite.prepare<[number], string>("SELECT image_id FROM images WHERE id = ?").pluck();
    noteSeen(catalogue, sourceId, (id) => stage.isUnchanged(id) || stage.isListed(imageIdOf.get(id) ?? ""));
  }
  finishRun(sqlite, options.runId, stage.listed(), report, now);
}

/** What staged images are to those that the source has. */
type Merged = Omit<CommitCounts, "retired"> & {
  /** Rows, those included that are written anew though the cloud changed nothing. */
  readonly written: number;
  /** Of a first listing whose index is begun: builds the rest of it. */
  readonly finishIndex?: (() => void) | undefined;
};

function mergeStaged(
  { catalogue: { sqlite }, spool }: ListingStage,
  entry: JournalEntry,
  isFirst: boolean,
  beside: SegmentBuilder | undefined,
): Merged {
  const { sourceId } = entry;
  const before = compareAll(sqlite, sourceId, isFirst);
  if (before.all === 0) return { added: 0, changed: 0, returned: 0, written: 0 };
  const changed = journalStaged(sqlite, entry);
  // CROSS: SQLite would go through all images of the source and look each up among the staged.
  const known = "temp.staged s CROSS JOIN images i ON i.source_id = ? AND i.image_id = s.image_id";
  if (!isFirst) sqlite.prepare<[number]>(`INSERT INTO temp.written SELECT i.id FROM ${known}`).run(sourceId);
  const newestRow = sqlite.prepare<[], number | null>("SELECT max(id) FROM images").pluck().get() ?? 0;
  // A changed image may leave its family: both families' latest builds are looked at again.
  touchFamilies(sqlite, "written");
  sqlite.exec("INSERT INTO temp.left_families SELECT id FROM temp.touched_families");
  let finishIndex: (() => void) | undefined;
  const spooled = isFirst ? spool?.finish() : undefined;
  const begin = (newestRow: number): void =>
    void (finishIndex = spooled && beginFirstIndex(sqlite, { sourceId, newestRow, spooled }, beside));
  writeStaged(sqlite, { ...entry, onPlaced: begin });
  sqlite.prepare("INSERT INTO temp.written SELECT id FROM images WHERE id > ?").run(newestRow);
  const added = before.all - before.changed - before.returned;
  return { added, changed, returned: before.returned, written: before.all, finishIndex };
}

/** What the staged images are to those of their source. */
export function compareAll(sqlite: Database.Database, sourceId: number, isFirst: boolean): StagedCounts {
  return isFirst ? { changed: 0, returned: 0, all: countStaged(sqlite) } : compareStaged(sqlite, sourceId);
}

interface StagedCounts {
  readonly changed: number;
  readonly returned: number;
  readonly all: number;
}

function countStaged(sqlite: Database.Database): number {
  return sqlite.prepare<[], number>("SELECT count(*) FROM temp.staged").pluck().get() ?? 0;
}

function compareStaged(sqlite: Database.Database, sourceId: number): StagedCounts {
  const select = sqlite.prepare<[number], StagedCounts>(
    `SELECT count(*) FILTER (WHERE i.id IS NOT NULL AND i.retired_at IS NULL) AS changed,
            count(*) FILTER (WHERE i.retired_at IS NOT NULL) AS returned, count(*) AS "all"
     FROM temp.staged s LEFT JOIN images i ON i.source_id = ? AND i.image_id = s.image_id`,
  );
  return select.get(sourceId) ?? { changed: 0, returned: 0, all: 0 };
}

/** Notes rows in `temp.unlisted`, and in the journal. */
export function noteUnlisted(sqlite: Database.Database, ids: readonly number[], entry: JournalEntry): void {
  const note = sqlite.prepare<[number]>("INSERT INTO temp.unlisted VALUES (?)");
  for (const id of ids) note.run(id);
  journalRetired(sqlite, entry);
}

function retireImages(sqlite: Database.Database, ids: readonly number[], entry: JournalEntry): number {
  if (ids.length === 0) return 0;
  noteUnlisted(sqlite, ids, entry);
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

/** Notes the families of the rows that are noted as such. */
export function touchFamilies(sqlite: Database.Database, table: "written" | "unlisted"): void {
  sqlite.exec(
    `INSERT OR IGNORE INTO temp.touched_families SELECT family_id FROM images WHERE id IN (SELECT id FROM temp.${table})`,
  );
}

/** Finds the newest build of every touched family; where that changed, the images are written anew. */
export function markLatest(sqlite: Database.Database, sourceId: number): void {
  findTurnedOfCommit(sqlite, sourceId);
  turnBuilds(sqlite);
  sqlite.exec("INSERT OR IGNORE INTO temp.written SELECT id FROM temp.turned");
}

/** Brings the search's index up to what was written, turned and retired. */
export function indexChanged(sqlite: Database.Database, sourceId: number): void {
  const rowsOf = (table: "written" | "unlisted"): number[] =>
    sqlite.prepare<[], number>(`SELECT id FROM temp.${table}`).pluck().all();
  const [written, retired] = [rowsOf("written"), rowsOf("unlisted")];
  changeIndex(sqlite, sourceId, "present", { gone: [...written, ...retired], come: written });
  changeIndex(sqlite, sourceId, "retired", { gone: [...written, ...retired], come: retired });
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

/** Lets the search's index follow the families that a commit touched, under the source's new revision. */
export function recordFamilies(sqlite: Database.Database, sourceId: number): void {
  const touched = sqlite.prepare<[], number>("SELECT count(*) FROM temp.touched_families").pluck().get() ?? 0;
  if (touched > FAMILY_CHANGES_KEPT) {
    sqlite.prepare("DELETE FROM family_changes WHERE source_id = ?").run(sourceId);
    return;
  }
  sqlite
    .prepare(
      `INSERT OR IGNORE INTO family_changes SELECT s.id, s.revision, t.id FROM temp.touched_families t, sources s WHERE s.id = ?`,
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
