import { dirname } from "node:path";
import { createRowSpool, type RowSpool } from "../catalogue/index/row-spool.ts";
import { openCatalogue, resizeCache } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import type { EndedRun } from "../record/runs.ts";
import { getSource, isShared } from "../record/sources.ts";
import { stageListing } from "../catalogue/listing/stage-listing.ts";
import { truncateLog } from "../catalogue/file/truncate-log.ts";
import { concludeListing } from "./conclude-listing.ts";
import { createTally, listSource, notesOf, type ListingTally } from "./list-source.ts";
import { failureOf, type RunFailure } from "./run-failure.ts";
import { withSecondThread } from "./second-thread.ts";
import type { SyncOutcome, SyncSourceOptions } from "./sync-source-options.ts";

/** Page cache of a connection while its cloud is listed. */
const LISTING_CACHE_KIB = 4 * 1024;
/**
 * Page cache while a listing is committed, and as much again for SQLite to sort in. More of it makes a first commit of 200,000 images no
 * faster.
 */
const COMMIT_CACHE_KIB = 12 * 1024;

/**
 * Lists a source and makes the listing the catalogue: all of it, or none. The caller holds the source's lock.
 * Never throws for what the cloud did; that is the outcome. On a connection of its own, because the staged listing lives and dies with it.
 */
export async function syncSource(options: SyncSourceOptions): Promise<SyncOutcome> {
  using catalogue = options.store?.open() ?? openCatalogue(options.file, { mustExist: true });
  const source = getSource(catalogue, options.sourceId);
  // Many listings may be under way, and most wait for their clouds.
  resizeCache(catalogue, LISTING_CACHE_KIB);
  const record = options.recordOf(catalogue);
  await record.updateRun(options.runId, { state: "running", startedAt: options.now() });
  const tally = createTally();
  const startedAt = performance.now();
  let outcome: SyncOutcome;
  try {
    // A node of a cluster writes what the record has, which is not what was staged.
    using spool = options.store ? undefined : openSpool(options);
    const stage = stageListing(catalogue, source, spool);
    const version = await withSecondThread(options.log, (second) => listSource(stage, record, tally, second, options));
    resizeCache(catalogue, COMMIT_CACHE_KIB);
    outcome = await concludeListing(stage, record, source, tally, options);
    if (outcome.outcome === "complete" && isFull(options))
      options.memory?.remember(getSource(catalogue, options.sourceId), version);
  } catch (error) {
    const failure = failureOf(error, options.signal, options.file, source.key);
    const isForOthers = source.scope === "public" && isShared(catalogue, source.id);
    outcome = isForOthers ? withoutNames(failure, source.key) : failure;
    if (outcome !== failure) options.log.info({ reason: failure.reason }, "listing refused");
    options.log[outcome.code === "bug" ? "error" : "debug"]({ err: error }, "sync failed");
  }
  try {
    await recordEnd(record, outcome, tally, options);
  } catch (error) {
    // A full disk has no room for this either. What was committed stays so, and the caller gets the outcome.
    options.log.warn({ err: error, source: source.key }, "the result of a sync could not be stored");
  }
  truncateLog(catalogue);
  options.log.info(
    { source: source.key, ...outcome, ...notesOf(tally), seconds: (performance.now() - startedAt) / 1000 },
    "synced",
  );
  return outcome;
}

function openSpool({ file, log }: SyncSourceOptions): RowSpool {
  return createRowSpool(dirname(file), (error) =>
    log.warn({ err: error }, "the index of a first listing takes longer: its rows could not be spooled"),
  );
}

function recordEnd(
  record: Record,
  outcome: SyncOutcome,
  tally: ListingTally,
  options: SyncSourceOptions,
): Promise<void> {
  const { runId: id, sourceId, kind = "full" } = options;
  const now = options.now();
  const progress = { ...notesOf(tally), ...endOf(outcome, now) };
  const isListed = outcome.outcome === "complete" && isFull(options);
  const forgotten = isListed ? { terms: tally.forgotten, now } : undefined;
  return record.endRun({ id, sourceId, kind, progress, forgotten });
}

/**
 * A cloud's error may contain the name of a backend's account, which users of other backends of the same source must not see.
 */
function withoutNames(failure: RunFailure, key: string): RunFailure {
  const said = REFUSALS[failure.code];
  return said === undefined ? failure : { ...failure, reason: `${key}: ${said}` };
}

const REFUSALS: { readonly [Code in RunFailure["code"]]?: string } = {
  credentials: "the cloud refused the credentials of a backend that shows it",
  forbidden: "a backend that shows it has no permission to list it",
};

/** The end of a run that did not complete, for its row. A complete run's row was written by the commit. */
function endOf(outcome: SyncOutcome, now: string): EndedRun["progress"] {
  if (outcome.outcome === "complete") return {};
  return { state: outcome.outcome, code: outcome.code, error: outcome.reason, finishedAt: now };
}

function isFull({ kind = "full" }: Pick<SyncSourceOptions, "kind">): boolean {
  return kind === "full";
}
