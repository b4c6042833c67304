import { setTimeout as delay } from "node:timers/promises";
import { noteAsked } from "../record/asked-terms.ts";
import type { Backend } from "../record/backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { insertRun, type Run, type RunKind, runsWithIds, runUnderWay, updateRun } from "../record/runs.ts";
import { type Source, sourcesOf } from "../record/sources.ts";
import { write } from "../catalogue/file/write.ts";
import type { RunFailure } from "./run-failure.ts";
import { lockSource } from "./source-lock.ts";

/** How a run ended that its process did not end. */
export const INTERRUPTED: RunFailure = {
  outcome: "failed",
  code: "interrupted",
  reason: "interrupted: the process ended",
};

/** A run that is noted: ours to make, or under way already. */
export interface Enqueued {
  readonly id: number;
  /** The source to sync, and its lock, which is ours; absent when the run was under way already. */
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

/** Notes a run for each of the sources that has none under way. */
export async function enqueue(
  catalogue: Catalogue,
  sources: readonly Source[],
  kind: RunKind,
  now: () => string,
): Promise<Enqueued[]> {
  const enqueued: Enqueued[] = [];
  for (const source of sources) {
    if (kind === "probe" && source.revision === 0) continue;
    try {
      const one = await enqueueOne(catalogue, source.id, kind, now);
      if (one) enqueued.push(one);
    } catch (error) {
      // Nobody would run what is queued already, nor let others do it.
      for (const { job } of enqueued) job?.lock[Symbol.dispose]();
      throw error;
    }
  }
  return enqueued;
}

async function enqueueOne(
  catalogue: Catalogue,
  sourceId: number,
  kind: RunKind,
  now: () => string,
): Promise<Enqueued | undefined> {
  const lock = await lockAfterFind(catalogue, sourceId);
  if (lock) return { id: await noteLocked(lock, catalogue, sourceId, kind, now()), job: { sourceId, lock } };
  const id = await otherRun(catalogue, sourceId);
  return id === undefined ? undefined : { id };
}

/** Notes a find, unless its source is being asked or listed; who searches does not wait for that. */
export async function enqueueFind(
  catalogue: Catalogue,
  sourceId: number,
  term: string,
  now: () => string,
): Promise<Required<Enqueued> | undefined> {
  const lock = lockSource(catalogue.file, sourceId);
  if (!lock) return undefined;
  return { id: await noteLocked(lock, catalogue, sourceId, "find", now(), term), job: { sourceId, lock } };
}

/** Notes a run, or gives its lock back. */
async function noteLocked(lock: Disposable, ...run: Parameters<typeof noteRun>): Promise<number> {
  try {
    return await noteRun(...run);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** The holder of the lock may end a run that still looks active. */
async function noteRun(
  catalogue: Catalogue,
  sourceId: number,
  kind: RunKind,
  now: string,
  term?: string,
): Promise<number> {
  return write(catalogue, () => {
    if (term !== undefined) noteAsked(catalogue, sourceId, term, now);
    const dead = runUnderWay(catalogue, sourceId);
    const { outcome: state, code, reason: error } = INTERRUPTED;
    if (dead) updateRun(catalogue, dead.id, { state, code, error, finishedAt: now });
    return insertRun(catalogue, sourceId, now, kind);
  });
}

/** A find, which ends soon, is no listing that another could join: the lock is waited for. */
async function lockAfterFind(catalogue: Catalogue, sourceId: number): Promise<Disposable | undefined> {
  for (let looks = 0; ; looks++) {
    const lock = lockSource(catalogue.file, sourceId);
    if (lock) return lock;
    const holder = runUnderWay(catalogue, sourceId)?.kind;
    const most = holder === "find" ? FIND_LOOKS : holder === undefined ? ROW_LOOKS : 0;
    if (looks >= most) return undefined;
    await delay(LOOK_MS);
  }
}

const LOOK_MS = 50;
/** Half a minute: a find is given up before. */
const FIND_LOOKS = 600;
/** A run's row comes a moment after the lock. */
const ROW_LOOKS = 20;

/** The run of whoever holds the source's lock: its row comes a moment after the lock. */
async function otherRun(catalogue: Catalogue, sourceId: number): Promise<number | undefined> {
  for (let tries = 0; tries < 40; tries++) {
    const run = runUnderWay(catalogue, sourceId);
    if (run && run.kind !== "find") return run.id;
    await delay(25);
  }
  return undefined;
}
