import { MOST_IMAGE_BYTES, MOST_NAME, MOST_TEXT } from "../catalogue/facts/bound-image.ts";
import { type CommitCounts, type CommitOptions, commitListing } from "../catalogue/listing/commit-listing.ts";
import type { Record } from "../record/record.ts";
import { readAbsent } from "../record/shrunk-listings.ts";
import type { Source } from "../record/sources.ts";
import type { ListingStage } from "../catalogue/listing/stage-listing.ts";
import { findUnlisted } from "../catalogue/listing/unlisted-images.ts";
import type { Log } from "../log.ts";
import { createSegmentThread } from "./segment-thread.ts";
import { judgeListing, judgeReadable, type ListingCounts, type ListingVerdict } from "./judge-listing.ts";
import { countUnreadable, gapsOf, partsOf, warningOf } from "./listing-notes.ts";
import { notesOf, type ListingTally } from "./list-source.ts";
import type { SyncOutcome, SyncSourceOptions } from "./sync-source-options.ts";

/** Judges a staged listing, and makes it the catalogue or refuses it. A refusal changes only what is remembered of refusals. */
export async function concludeListing(
  stage: ListingStage,
  record: Record,
  source: Source,
  tally: ListingTally,
  options: SyncSourceOptions,
): Promise<SyncOutcome> {
  const { runId, now, onProgress, keepChanges, kind = "full", store } = options;
  const listed = stage.listed();
  const unreadable = countUnreadable(tally.notes, stage);
  const isFull = kind === "full";
  const { absent, kept } = isFull ? findUnlisted(stage, gapsOf(tally.notes)) : { absent: [], kept: 0 };
  const counts = { before: stage.presentBefore - kept, kept, listed, unreadable };
  const verdict = judge(source, tally, options, counts);
  const gone = verdict.outcome === "commit" && verdict.shrunk ? absentFromAll(stage, absent) : absent;
  tally.warning = warningOf(tally.notes, listed, unreadable, [
    ...cutsOf(stage),
    ...beliefOf(verdict, absent.length, gone.length),
  ]);
  // Before the commit, or with it: whoever sees the run complete sees what it warned of. Another process's commit has ended then.
  if (!store || verdict.outcome === "refuse") await record.updateRun(runId, notesOf(tally));
  if (verdict.outcome === "refuse") {
    if (verdict.shrunk) await record.noteShrunkListing(stage.sourceId, verdict.shrunk, absent);
    return { outcome: "refused", code: verdict.code, reason: `${source.key}: ${verdict.reason}` };
  }
  onProgress?.({ runId, sourceId: stage.sourceId, listed, phase: "committing" });
  const parts = tally.isUnchanged ? "unchanged" : partsOf(tally.notes);
  const commit: CommitOptions = {
    now,
    retire: isFull,
    absent: gone,
    parts,
    runId,
    notes: notesOf(tally),
    revision: source.revision,
    keepChanges,
  };
  const counted = store ? await store.commit(stage, commit) : await commitHere(stage, commit, options.log);
  return { outcome: "complete", listed, ...counted };
}

async function commitHere(stage: ListingStage, commit: CommitOptions, log: Log): Promise<CommitCounts> {
  await using beside = createSegmentThread(log);
  return commitListing(stage, { ...commit, beside });
}

/** A probe only adds images. So does a find, but somebody waits for its result. */
function judge(
  { shrunkListings: count, shrunkSince: since }: Source,
  { forgotten }: ListingTally,
  { kind = "full", limits, now }: SyncSourceOptions,
  counts: Omit<ListingCounts, "now">,
): ListingVerdict {
  if (kind === "probe") return { outcome: "commit" };
  if (kind === "find") return judgeReadable(counts.listed, counts.unreadable ?? 0);
  const left = forgotten.reduce((sum, { found }) => sum + (found ?? 0), 0);
  return judgeListing({ ...counts, left, shrunk: { count, since }, now: now() }, limits);
}

/** The images that neither this listing nor the refused ones before it have. */
function absentFromAll({ catalogue, sourceId }: ListingStage, absent: readonly number[]): number[] {
  const before = readAbsent(catalogue, sourceId);
  return absent.filter((id) => before.has(id));
}

/** The note about images that are too large. */
function cutsOf({ cuts: { oversized, shortened } }: ListingStage): string[] {
  const size = `larger than ${MOST_IMAGE_BYTES / 1024 / 1024} MiB`;
  const text = `texts of more than ${MOST_TEXT / 1024} KiB (names: ${MOST_NAME / 1024} KiB) were cut`;
  return [
    ...(oversized > 0
      ? [`${size}: ${oversized} images; known ones stay as they were, new ones get no description, tags and extra`]
      : []),
    ...(shortened > 0 ? [`${text}: ${shortened} images`] : []),
  ];
}

/** The note about a shrunken listing that is accepted. */
function beliefOf(verdict: ListingVerdict, absent: number, gone: number): string[] {
  if (verdict.outcome === "refuse" || !verdict.shrunk) return [];
  const { count, since } = verdict.shrunk;
  const believed = `far fewer images than before, accepted after ${count} such listings since ${since}: ${gone} retired`;
  const others = absent - gone;
  return [others === 0 ? believed : `${believed}, ${others} kept because one of these listings had them`];
}
