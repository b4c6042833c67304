import { deriveAnew } from "../catalogue/listing/derive-anew.ts";
import { openCatalogue } from "../catalogue/file/open-catalogue.ts";
import { createSecretBox } from "../catalogue/file/secret-box.ts";
import type { Log } from "../log.ts";
import type { ListingMemory } from "./listing-memory.ts";
import { type ListingPlace, minutesOf, takePlace } from "./listing-places.ts";
import { resolveSource, type ResolvedSource } from "./resolve-source.ts";
import { failureOf, timeoutError } from "./run-failure.ts";
import { syncSource } from "./sync-source.ts";
import type { SourceLocks } from "./source-lock.ts";
import type { ListingStore, RecordOf, SyncProgress } from "./sync-source-options.ts";
import type { FromWorker, Sync, WorkerSettings } from "./worker-messages.ts";

/** A sync that the thread has begun. */
export interface SyncUnderWay {
  readonly message: Sync;
  readonly place: ListingPlace;
  /** Ends it; its reason is why the run failed. */
  readonly deadline: AbortController;
  /** Aborted by `deadline`, and when the process stops. */
  readonly signal: AbortSignal;
}

/** Somebody waits for a find, but not for long. While it runs, its source can be neither asked nor listed. */
const FIND_DEADLINE_MS = 20_000;

export function startSync(message: Sync, stop: AbortSignal): SyncUnderWay {
  const deadline = new AbortController();
  const place = takePlace(message.provider, performance.now());
  return { message, place, deadline, signal: AbortSignal.any([stop, deadline.signal]) };
}

export interface SyncSurroundings {
  readonly settings: WorkerSettings;
  readonly recordOf: RecordOf;
  readonly locks: SourceLocks;
  /** Absent: the file is the record. */
  readonly store: ListingStore | undefined;
  readonly memory: ListingMemory;
  readonly log: Log;
  readonly tell: (message: FromWorker) => void;
}

/** Runs the sync to its end, and reports it. Never rejects. */
export async function runSync(sync: SyncUnderWay, surroundings: SyncSurroundings): Promise<void> {
  const { message, deadline, signal } = sync;
  const { settings, log, tell } = surroundings;
  const { runId, run } = message;
  const deadlineMs = run === "find" ? Math.min(FIND_DEADLINE_MS, settings.deadlineMs) : settings.deadlineMs;
  const what = run === "find" ? "answered" : "listed";
  const given = setTimeout(
    () => deadline.abort(timeoutError(`not ${what} within ${minutesOf(deadlineMs)}`)),
    deadlineMs,
  );
  try {
    using resolved = await prepare(sync, surroundings);
    tell({ kind: "end", runId, outcome: await list(sync, resolved, surroundings) });
  } catch (error) {
    log.error({ err: error, run: runId }, "sync could not be stored");
    tell({ kind: "end", runId, outcome: failureOf(error, signal, settings.file) });
  } finally {
    clearTimeout(given);
  }
}

/** Uses a connection that is closed before the listing, which may wait long for its cloud. */
async function prepare(
  { message: { runId, sourceId }, place, signal }: SyncUnderWay,
  { settings, recordOf, locks, store, log, tell }: SyncSurroundings,
): Promise<ResolvedSource> {
  using catalogue = store?.open() ?? openCatalogue(settings.file, { mustExist: true });
  const box = createSecretBox(settings.secretKey);
  const limits = { ...settings.limits, onAnswer: () => void (place.heardAt = performance.now()) };
  const onMoved = (movedTo: number): void => tell({ kind: "moved", runId, sourceId: movedTo });
  const record = recordOf(catalogue);
  const resolved = await resolveSource({
    catalogue,
    record,
    locks,
    box,
    limits,
    runId,
    sourceId,
    signal,
    now,
    log,
    onMoved,
  });
  try {
    await deriveAnew(catalogue, resolved.sourceId, now());
    return resolved;
  } catch (error) {
    resolved[Symbol.dispose]();
    throw error;
  }
}

function list(
  { message: { runId, run, term, acceptShrink }, place, signal }: SyncUnderWay,
  { sourceId, providers }: ResolvedSource,
  { settings, recordOf, store, memory, log, tell }: SyncSurroundings,
): ReturnType<typeof syncSource> {
  let listed = 0;
  const onProgress = (progress: SyncProgress): void => {
    place.heardAt = performance.now();
    if (progress.listed > listed || progress.phase === "committing") place.workedAt = place.heardAt;
    listed = progress.listed;
    place.hasImages = listed > 0;
    tell({ kind: "progress", progress });
  };
  return syncSource({
    file: settings.file,
    recordOf,
    store,
    runId,
    kind: run,
    term,
    sourceId,
    providers,
    memory,
    keepChanges: settings.keepChanges,
    limits: { maxShrink: settings.maxShrink, acceptShrink },
    signal,
    now,
    log: log.child({ run: runId }),
    onProgress,
  });
}

function now(): string {
  return new Date().toISOString();
}
