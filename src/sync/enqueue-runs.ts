import { setTimeout as delay } from "node:timers/promises";
import type { Backend } from "../record/backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import { type Run, type RunKind, runsWithIds, runUnderWay } from "../record/runs.ts";
import { type Source, sourcesOf } from "../record/sources.ts";
import type { RunFailure } from "./run-failure.ts";
import type { SourceLocks } from "./source-lock.ts";

/** The failure of a run whose process ended before it. */
export const INTERRUPTED: RunFailure = {
  outcome: "failed",
  code: "interrupted",
  reason: "interrupted: the process ended",
};

/** A stored run: this process must do it, or it is under way already. */
export interface Enqueued {
  readonly id: number;
  /** The source to sync, and its lock, which this process holds; absent if the run was under way already. */
  readonly job?: { readonly sourceId: number; readonly lock: Disposable };
}

/** All of the backend's sources, or only these. */
export function wantedSources(catalogue: Catalogue, backend: Backend, only?: readonly Pick<Source, "id">[]): Source[] {
  return sourcesOf(catalogue, backend.id).filter(({ id }) => only?.some((source) => source.id === id) ?? true);
}

/** The newest first. */
export function runsOf(catalogue: Catalogue, enqueued: readonly Enqueued[]): Run[] {
  const ids = enqueued.map(({ id }) => id);
  return runsWithIds(catalogue, ids).toReversed();
}

/** Where runs are stored and read. */
export interface RunQueue {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly locks: SourceLocks;
  readonly now: () => string;
}

/** Stores a run for each source that has none under way. */
export async function enqueue(queue: RunQueue, sources: readonly Source[], kind: RunKind): Promise<Enqueued[]> {
  const enqueued: Enqueued[] = [];
  for (const source of sources) {
    if (kind === "probe" && source.revision === 0) continue;
    try {
      const one = await enqueueOne(queue, source.id, kind);
      if (one) enqueued.push(one);
    } catch (error) {
      // Otherwise the runs queued so far would never run, and would keep their locks.
      for (const { job } of enqueued) job?.lock[Symbol.dispose]();
      throw error;
    }
  }
  return enqueued;
}

async function enqueueOne(queue: RunQueue, sourceId: number, kind: RunKind): Promise<Enqueued | undefined> {
  const lock = await lockAfterFind(queue, sourceId);
  if (lock) return { id: await noteLocked(queue, lock, { sourceId, kind }), job: { sourceId, lock } };
  const id = await otherRun(queue.catalogue, sourceId);
  return id === undefined ? undefined : { id };
}

/** Stores a find, unless its source is being asked or listed; a search does not wait for that. */
export async function enqueueFind(
  queue: RunQueue,
  sourceId: number,
  term: string,
): Promise<Required<Enqueued> | undefined> {
  const lock = await queue.locks.take(sourceId);
  if (!lock) return undefined;
  return { id: await noteLocked(queue, lock, { sourceId, kind: "find", term }), job: { sourceId, lock } };
}

/** Stores a run, or releases its lock. The holder of the lock may end a run that still looks active. */
async function noteLocked(
  { record, now }: RunQueue,
  lock: Disposable,
  run: { readonly sourceId: number; readonly kind: RunKind; readonly term?: string },
): Promise<number> {
  const { outcome: state, code, reason: error } = INTERRUPTED;
  try {
    return await record.queueRun({ ...run, now: now(), interrupted: { state, code, error } });
  } catch (failure) {
    lock[Symbol.dispose]();
    throw failure;
  }
}

/** A find ends soon, and a listing cannot join it, so this waits for the lock. */
async function lockAfterFind({ catalogue, locks }: RunQueue, sourceId: number): Promise<Disposable | undefined> {
  for (let looks = 0; ; looks++) {
    const lock = await locks.take(sourceId);
    if (lock) return lock;
    const holder = runUnderWay(catalogue, sourceId)?.kind;
    const most = holder === "find" ? FIND_LOOKS : holder === undefined ? ROW_LOOKS : 0;
    if (looks >= most) return undefined;
    await delay(LOOK_MS);
  }
}

const LOOK_MS = 50;
/** Half a minute; a find ends earlier. */
const FIND_LOOKS = 600;
/** Ten seconds: a run's row appears a moment after its lock, and ends a moment before it; on a busy machine that is long. */
const ROW_LOOKS = 200;

/** The run of the process that holds the source's lock; its row appears a moment after the lock. */
async function otherRun(catalogue: Catalogue, sourceId: number): Promise<number | undefined> {
  for (let tries = 0; tries < 40; tries++) {
    const run = runUnderWay(catalogue, sourceId);
    if (run && run.kind !== "find") return run.id;
    await delay(25);
  }
  return undefined;
}
