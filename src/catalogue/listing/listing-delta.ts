import type Database from "better-sqlite3";
import { FACTS_FORMAT } from "../facts/columns-of.ts";
import { dropHeldViews } from "../../record/held-views.ts";
import { newestChange } from "../../record/journal.ts";
import { captureChanges } from "../../record/postgres/capture-changes.ts";
import type { PublishedListing } from "../../record/postgres/publish-listing.ts";
import { JOURNAL, type RecordRow } from "../../record/postgres/record-tables.ts";
import { updateRun } from "../../record/runs.ts";
import {
  type CommitCounts,
  type CommitOptions,
  compareAll,
  KEEP_CHANGES,
  noteUnlisted,
  prepareCommit,
  recordListed,
} from "./commit-listing.ts";
import { type JournalEntry, journalStaged } from "./journal-listing.ts";
import { rewrittenDigests } from "./known-items.ts";
import { wholeStagedExtra } from "./shared-extra.ts";
import { STAGED_COLUMNS } from "./staged-rows.ts";
import { hasRows, type ListingStage } from "./stage-listing.ts";
import { findUnlisted } from "./unlisted-images.ts";

/** What a commit of a listing would change, for a record that is not this file. */
export interface ListingDelta extends PublishedListing {
  readonly counts: CommitCounts;
}

/** Works out what a staged listing changes, on a connection that is watched. The file stays as it is. */
export async function listingDelta(stage: ListingStage, options: CommitOptions): Promise<ListingDelta> {
  const { catalogue, sourceId } = stage;
  const { sqlite } = catalogue;
  const now = options.now();
  const { answer, changes } = await captureChanges(catalogue, () => workOut(stage, options, now));
  const keepMs = (options.keepChanges ?? KEEP_CHANGES) * 86_400_000;
  return {
    ...answer,
    sourceId,
    now,
    isFull: options.retire,
    forgetBefore: new Date(Date.parse(now) - keepMs).toISOString(),
    changes: changes.filter(({ table }) => table !== "sources"),
    images: () => stagedImages(sqlite, sourceId, now),
    digests: () => rewrittenDigests(sqlite),
  };
}

type WorkedOut = Omit<ListingDelta, "sourceId" | "now" | "isFull" | "forgetBefore" | "changes" | "images" | "digests">;

function workOut(stage: ListingStage, options: CommitOptions, now: string): WorkedOut {
  const { catalogue, sourceId } = stage;
  const { sqlite } = catalogue;
  const entry: JournalEntry = { sourceId, runId: options.runId, now };
  const source = readSource(sqlite, sourceId);
  prepareCommit(sqlite);
  const absent = options.retire ? (options.absent ?? findUnlisted(stage).absent) : [];
  const before = compareAll(sqlite, sourceId, !hasRows(sqlite, sourceId));
  const newest = newestChange({ sqlite });
  const changed = before.all === 0 ? 0 : journalStaged(sqlite, entry);
  noteUnlisted(sqlite, absent, entry);
  const counts = {
    added: before.all - before.changed - before.returned,
    changed,
    returned: before.returned,
    retired: absent.length,
  };
  if (options.retire) dropHeldViews(catalogue, sourceId);
  recordListed(stage, counts, options, now);
  if (options.notes) updateRun(catalogue, options.runId, options.notes);
  return {
    revision: options.revision ?? source.revision,
    counts,
    isChanged: before.all + absent.length > 0,
    imageCount: stage.presentBefore + counts.added + counts.returned - counts.retired,
    retired: sqlite
      .prepare<[], string>("SELECT image_id FROM images WHERE id IN (SELECT id FROM temp.unlisted)")
      .pluck()
      .all(),
    lastSeen: source.syncedAt ?? now,
    journal: journalAfter(sqlite, newest),
  };
}

function readSource(
  sqlite: Database.Database,
  sourceId: number,
): { readonly revision: number; readonly syncedAt: string | null } {
  const select = "SELECT revision, synced_at AS syncedAt FROM sources WHERE id = ?";
  const source = sqlite.prepare<[number], { revision: number; syncedAt: string | null }>(select).get(sourceId);
  if (!source) throw new Error(`no source ${sourceId}`);
  return source;
}

function journalAfter(sqlite: Database.Database, id: number): RecordRow[] {
  const columns = JOURNAL.columns.filter((column) => column !== "id").join(", ");
  return sqlite.prepare<[number], RecordRow>(`SELECT ${columns} FROM image_changes WHERE id > ? ORDER BY id`).all(id);
}

/** Rows that are sent at a time: one may be of a megabyte. */
const CHUNK = 250;

function* stagedImages(sqlite: Database.Database, sourceId: number, now: string): Generator<readonly RecordRow[]> {
  const columns = STAGED_COLUMNS.filter((column) => column !== "extra" && column !== "shared_id");
  const select = sqlite.prepare<[number], RecordRow & { readonly row: number }>(
    `SELECT s.rowid AS row, ${columns.map((column) => `s.${column}`).join(", ")}, ${wholeStagedExtra("s")} AS extra
     FROM temp.staged s WHERE s.rowid > ? ORDER BY s.rowid LIMIT ${CHUNK}`,
  );
  for (let after: number | undefined = 0; after !== undefined;) {
    const rows: (RecordRow & { readonly row: number })[] = select.all(after);
    if (rows.length > 0)
      yield rows.map((image) => ({
        ...image,
        source_id: sourceId,
        first_seen: now,
        last_seen: null,
        retired_at: null,
        facts_format: FACTS_FORMAT,
      }));
    after = rows.at(-1)?.row;
  }
}
