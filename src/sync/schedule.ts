import { createTask, schedule as scheduleTask } from "node-cron";
import { type Backend, listBackends } from "../catalogue/backends.ts";
import type { Catalogue } from "../catalogue/open-catalogue.ts";
import { lastFullStart, lastRun, type RunKind } from "../catalogue/runs.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { findProvider } from "../providers/registry.ts";
import type { Log } from "../log.ts";
import type { SyncService } from "./sync-service.ts";

/** Syncs every enabled backend when its time has come, and at once what was missed while the process was down. */
export interface Schedule extends AsyncDisposable {
  /** When a backend is next due: ISO 8601; null when it is disabled. */
  nextRun(backend: Backend): string | null;
  /** Starts what is due at this moment. */
  startDue(at: Date): Promise<void>;
}

export interface ScheduleOptions {
  readonly catalogue: Catalogue;
  readonly sync: SyncService;
  /** For backends without a poll interval of their own. */
  readonly cron: string;
  /** Seconds between two looks for what is new, where the cloud can tell; 0: only full listings. */
  readonly probeInterval: number;
  /** Starts are spread over so many milliseconds, so that not all ask their clouds in the same second. */
  readonly jitterMs: number;
  readonly log: Log;
}

/** The schedule is looked at once a minute; the runs themselves remember when they were. */
const EVERY_MINUTE = "* * * * *";

export function createSchedule({ catalogue, sync, cron, probeInterval, jitterMs, log }: ScheduleOptions): Schedule {
  const pattern = createTask(cron, () => undefined);
  const timers = new Map<string, NodeJS.Timeout>();

  const start = (backend: Backend, kind: RunKind): void => {
    if (timers.has(backend.id)) return;
    const timer = setTimeout(() => {
      timers.delete(backend.id);
      sync
        .start(backend, { kind })
        .catch((error: unknown) => log.error({ err: error, backend: backend.id }, "sync not started"));
    }, Math.random() * jitterMs);
    timers.set(backend.id, timer);
  };
  const isDue = (backend: Backend, at: Date): boolean => {
    const last = lastStart(catalogue, backend);
    if (last === undefined) return true;
    const waited = at.getTime() - last;
    if (backend.pollInterval !== null) return waited >= backend.pollInterval * 1000;
    const [next, following] = pattern.getNextRuns(2);
    const gap = next && following ? following.getTime() - next.getTime() : Number.POSITIVE_INFINITY;
    return (pattern.match(at) && waited > 60_000) || waited > gap;
  };
  const startDue = async (at: Date): Promise<void> => {
    for (const backend of listBackends(catalogue)) {
      if (!backend.enabled) continue;
      if (isDue(backend, at)) start(backend, "full");
      else if (isProbeDue(catalogue, backend, at, probeInterval)) start(backend, "probe");
    }
  };
  const ticking = scheduleTask(EVERY_MINUTE, ({ date }) => startDue(date), {
    noOverlap: true,
    suppressMissedWarning: true,
  });

  return {
    nextRun(backend) {
      if (!backend.enabled) return null;
      if (backend.pollInterval === null) return pattern.getNextRun()?.toISOString() ?? null;
      return new Date((lastStart(catalogue, backend) ?? Date.now()) + backend.pollInterval * 1000).toISOString();
    },
    startDue,
    async [Symbol.asyncDispose]() {
      for (const timer of timers.values()) clearTimeout(timer);
      await ticking.destroy();
      await pattern.destroy();
    },
  };
}

function isProbeDue(catalogue: Catalogue, backend: Backend, at: Date, seconds: number): boolean {
  if (seconds === 0 || !findProvider(backend.provider).canProbe) return false;
  const last = sourcesOf(catalogue, backend.id).map((source) => lastRun(catalogue, source.id)?.startedAt ?? "");
  return last.every((start) => start !== "" && at.getTime() - Date.parse(start) >= seconds * 1000);
}

/** When a full listing of the backend was last begun; the oldest of its sources counts. */
function lastStart(catalogue: Catalogue, backend: Backend): number | undefined {
  const starts = sourcesOf(catalogue, backend.id).map((source) => lastFullStart(catalogue, source.id));
  const known = starts.filter((start) => start !== undefined);
  return known.length < starts.length ? undefined : Math.min(...known.map((start) => Date.parse(start)));
}
