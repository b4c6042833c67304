import { setTimeout as delay } from "node:timers/promises";
import type { Backend } from "../record/backends.ts";
import { isOpen } from "../catalogue/file/connection.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import { type Run, type RunKind, runsUnderWay, runsWithIds } from "../record/runs.ts";
import { getSource, type Source } from "../record/sources.ts";
import type { Log } from "../log.ts";
import { enqueue, enqueueFind, INTERRUPTED, type RunQueue, runsOf, wantedSources } from "./enqueue-runs.ts";
import type { SourceLocks } from "./source-lock.ts";
import type { RunFailure } from "./run-failure.ts";
import { createListeners, type SyncEvent } from "./sync-listeners.ts";
import type { SyncOutcome, SyncProgress } from "./sync-source-options.ts";
import { isUntidy } from "./tidy-catalogue.ts";
import { createSyncThread } from "./sync-thread.ts";
import type { FromWorker, Sync, WorkerSettings } from "./worker-messages.ts";

export interface StartOptions {
  /** Accept a listing that is much smaller than the catalogue. */
  readonly acceptShrink?: boolean;
  /** `probe`: only ask for new images, in sources that were listed already. Default: a full listing. */
  readonly kind?: Exclude<RunKind, "find">;
  /** Only these of the backend's sources; by default all. */
  readonly only?: readonly Pick<Source, "id">[];
}

/** Runs the syncs of this process, off the main thread. */
export interface SyncService extends AsyncDisposable {
  /** Whether nothing can be started here, because other nodes list. */
  readonly isOff: boolean;
  /**
   * Starts a sync of each of the backend's sources that has none under way. Resolves to the runs of all, and whether any is
   * new. Rejects with BusyError if this node lists nothing, or the record cannot be written.
   */
  start(backend: Backend, options?: StartOptions): Promise<{ runs: Run[]; isNew: boolean }>;
  /**
   * Asks the cloud of a source for a term, and stores that it was asked. Resolves to the run's id; undefined if the source is
   * being asked or listed already, here or in another process.
   */
  find(source: Pick<Source, "id">, term: string): Promise<number | undefined>;
  /** The progress of a source's run, if one is under way in this process. */
  progress(sourceId: number): SyncProgress | undefined;
  /** Resolves when a run has ended, here or in another process. */
  finished(runId: number): Promise<void>;
  /** Removes in the background what is no longer needed, and renews what an older release derived; see tidyCatalogue. */
  prune(): void;
  /** Tells of progress and of ends, until disposed. */
  onChange(listener: (event: SyncEvent) => void): Disposable;
}

interface Job {
  /** The requested source; if the credentials now belong to another account, that account's. */
  readonly sourceId: number;
  /** Held until the run has ended. */
  readonly lock: Disposable;
  progress: SyncProgress | undefined;
  readonly ended: PromiseWithResolvers<SyncOutcome>;
}

export interface SyncServiceOptions {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly locks: SourceLocks;
  readonly settings: WorkerSettings;
  readonly now: () => string;
  readonly log: Log;
}

export function createSyncService({ catalogue, record, locks, settings, now, log }: SyncServiceOptions): SyncService {
  const jobs = new Map<number, Job>();
  const listeners = createListeners();
  const closing = new AbortController();
  const queue = { catalogue, record, locks, now };

  const tidy = (): void => {
    if (isOpen(catalogue) && isUntidy(catalogue, { ...settings, now: now() })) thread.tell({ kind: "tidy" });
  };
  const end = (runId: number, outcome: SyncOutcome): void => {
    const job = jobs.get(runId);
    jobs.delete(runId);
    job?.lock[Symbol.dispose]();
    job?.ended.resolve(outcome);
    listeners.tell({ runId, outcome });
    if (outcome.outcome !== "complete") void recordLater(queue, runId, outcome, closing.signal);
    tidy();
  };
  const hear = (message: FromWorker): void => {
    if (message.kind === "end") return end(message.runId, message.outcome);
    if (message.kind === "moved") return moveJob(jobs, message);
    if (message.kind !== "progress") return;
    Object.assign(jobs.get(message.progress.runId) ?? {}, { progress: message.progress });
    listeners.tell(message.progress);
  };
  const lose = (): void => {
    for (const runId of jobs.keys()) void fail(record, runId, LOST, now()).finally(() => end(runId, LOST));
  };
  const thread = createSyncThread({ settings, log, hear, lose });

  const run = (runId: number, job: Pick<Job, "sourceId" | "lock">, what: What): void => {
    jobs.set(runId, { ...job, progress: undefined, ended: Promise.withResolvers() });
    thread.tell({ kind: "sync", runId, ...providedBy(catalogue, job.sourceId), ...what });
  };

  return {
    isOff: false,
    async start(backend, { kind = "full", acceptShrink = false, only } = {}) {
      const ids = await enqueue(queue, wantedSources(catalogue, backend, only), kind);
      for (const { id, job } of ids) if (job) run(id, job, { run: kind, acceptShrink });
      return { runs: runsOf(catalogue, ids), isNew: ids.some(({ job }) => job) };
    },
    async find({ id: sourceId }, term) {
      const find = await enqueueFind(queue, sourceId, term);
      if (find) run(find.id, find.job, { run: "find", term, acceptShrink: false });
      return find?.id;
    },
    progress: (sourceId) => [...jobs.values()].find((job) => job.sourceId === sourceId)?.progress,
    async finished(runId) {
      await jobs.get(runId)?.ended.promise;
      await otherEnds(queue, runId);
    },
    prune: tidy,
    onChange: listeners.add,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await thread[Symbol.asyncDispose]();
    },
  };
}

function providedBy(catalogue: Catalogue, sourceId: number): Pick<Sync, "sourceId" | "provider"> {
  return { sourceId, provider: getSource(catalogue, sourceId).provider };
}

/** Releases the run's earlier source for others; the thread holds the lock of the new one. */
function moveJob(jobs: ReadonlyMap<number, Job>, { runId, sourceId }: { runId: number; sourceId: number }): void {
  const job = jobs.get(runId);
  if (!job) return;
  job.lock[Symbol.dispose]();
  Object.assign(job, { sourceId });
}

/** What a run does. */
type What = Pick<Sync, "run" | "term" | "acceptShrink">;

/** How often another process's run is checked. */
const OTHERS_EVERY_MS = 200;

async function otherEnds({ catalogue, locks }: RunQueue, runId: number): Promise<void> {
  for (;;) {
    const [run] = runsWithIds(catalogue, [runId]);
    const isOpen = run?.state === "queued" || run?.state === "running";
    if (!isOpen || !(await locks.isTaken(run.sourceId))) return;
    await delay(OTHERS_EVERY_MS);
  }
}

const LOST: RunFailure = { outcome: "failed", code: "interrupted", reason: "the sync thread ended" };
/** What is needed to end the runs of others. */
interface RunsHouse {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly locks: SourceLocks;
  readonly registrar: { readonly now: () => string };
}

/** Ends the runs of processes that died: their rows say they go on, but nothing holds their source's lock. Answers how many. */
export async function endInterruptedRuns({ catalogue, record, locks, registrar }: RunsHouse): Promise<number> {
  let dead = 0;
  for (const { id, sourceId } of runsUnderWay(catalogue)) {
    if (await locks.isTaken(sourceId)) continue;
    // A node that takes the lock follows first: it may be that the run has ended, and that this was not yet known here.
    using lock = await locks.take(sourceId);
    const [run] = runsWithIds(catalogue, [id]);
    if (!lock || (run?.state !== "queued" && run?.state !== "running")) continue;
    await fail(record, id, INTERRUPTED, registrar.now());
    dead++;
  }
  return dead;
}

/** A node that died has its leases for 15 seconds. */
const DEAD_NODES_EVERY_MS = 5_000;

/** Ends the runs of nodes that died, again and again: what they had begun is then listed by others when it is due again. */
export function watchDeadNodes(house: RunsHouse, log: Log): Disposable {
  const look = async (): Promise<void> => {
    const interrupted = await endInterruptedRuns(house);
    if (interrupted > 0) log.warn({ interrupted }, "runs of a lost node were marked as interrupted");
  };
  // Out of reach, the record cannot be told: the next look does it.
  const looking = setInterval(() => void look().catch(() => undefined), DEAD_NODES_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(looking) };
}

/** Between two tries to write down how a run ended. */
const RECORD_AGAIN_MS = 5_000;

/** Stores how a run ended if its thread could not. Tries until the disk has room again, or another run takes its place. */
async function recordLater(
  { catalogue, record, now }: RunQueue,
  runId: number,
  outcome: Exclude<SyncOutcome, { outcome: "complete" }>,
  signal: AbortSignal,
): Promise<void> {
  const endedAt = now();
  while (!signal.aborted) {
    try {
      const [run] = runsWithIds(catalogue, [runId]);
      if (run?.state === "queued" || run?.state === "running") await fail(record, runId, outcome, endedAt);
      return;
    } catch {
      // The disk is still full; the reason was logged when the run ended.
    }
    await delay(RECORD_AGAIN_MS, undefined, { ref: false, signal }).catch(() => undefined);
  }
}

async function fail(
  record: Record,
  runId: number,
  { outcome: state, code, reason: error }: Exclude<SyncOutcome, { outcome: "complete" }>,
  finishedAt: string,
): Promise<void> {
  await record.updateRun(runId, { state, code, error, finishedAt });
}
