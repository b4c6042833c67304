import { type Backend, listBackends } from "../record/backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { lastRun } from "../record/runs.ts";
import { sourcesOf } from "../record/sources.ts";
import { findProvider } from "../providers/registry.ts";
import type { Log } from "../log.ts";
import { createElapsed, type Elapsed } from "./elapsed.ts";
import { everyMinute } from "./every-minute.ts";
import type { StartOptions, SyncService } from "./sync-service.ts";
import type { Timetable } from "./timetable.ts";

/** Syncs every enabled backend when it is due, and at once what was missed while the process was down. */
export interface Schedule extends AsyncDisposable {
  /** Starts what is due at this moment. */
  startDue(at: Date): Promise<void>;
}

export interface ScheduleOptions {
  readonly catalogue: Catalogue;
  readonly sync: Pick<SyncService, "start">;
  readonly timetable: Timetable;
  /** Seconds between two probes for new images, if the cloud can be asked for them; 0: only full listings. */
  readonly probeInterval: number;
  /** Whether nothing is ever started, because other nodes list. */
  readonly isOff?: boolean;
  /** Starts are spread over so many milliseconds, so that not all syncs begin in the same second. */
  readonly jitterMs: number;
  /**
   * Milliseconds until it begins, with what was due when it was made. Working out the schedule takes longer than a first
   * answer.
   */
  readonly beginAfterMs: number;
  readonly log: Log;
}

export function createSchedule({
  catalogue,
  sync,
  timetable,
  probeInterval,
  isOff = false,
  jitterMs,
  beginAfterMs,
  log,
}: ScheduleOptions): Schedule {
  const elapsed = createElapsed();
  const timers = new Map<string, NodeJS.Timeout>();

  const start = (backend: Backend, optionsThen: () => StartOptions | undefined): void => {
    if (timers.has(backend.id)) return;
    const timer = setTimeout(() => {
      timers.delete(backend.id);
      const options = optionsThen();
      if (!options) return;
      sync
        .start(backend, options)
        .catch((error: unknown) => log.error({ err: error, backend: backend.id }, "sync not started"));
    }, Math.random() * jitterMs);
    timers.set(backend.id, timer);
  };
  // Checked again after the jitter: by then another backend of the source, or another server, may have tried.
  const retry = (backend: Backend, at: Date): StartOptions | undefined => {
    const only = timetable.dueAgain(backend, at);
    return only.length === 0 ? undefined : { kind: "full", only };
  };
  const probe = (backend: Backend, at: Date): StartOptions | undefined => {
    if (!isProbeDue(catalogue, backend, at, probeInterval, elapsed)) return undefined;
    const only = timetable.askable(backend);
    return only.length === 0 ? undefined : { kind: "probe", only };
  };
  const startDue = async (at: Date): Promise<void> => {
    if (isOff) return;
    for (const backend of listBackends(catalogue)) {
      if (!backend.enabled) continue;
      if (timetable.isDue(backend, at))
        start(backend, () => (timetable.isDue(backend, at) ? { kind: "full" } : undefined));
      else if (retry(backend, at)) start(backend, () => retry(backend, at));
      else if (isProbeDue(catalogue, backend, at, probeInterval, elapsed)) start(backend, () => probe(backend, at));
    }
  };
  // The runs themselves remember when they were.
  const ticking = tickAfter(beginAfterMs, startDue, log);

  return {
    startDue,
    async [Symbol.asyncDispose]() {
      for (const timer of timers.values()) clearTimeout(timer);
      await ticking[Symbol.asyncDispose]();
    },
  };
}

const MINUTE_MS = 60_000;

/** Looks every minute, from so many milliseconds on; then first at what was due when this was called. */
function tickAfter(ms: number, look: (at: Date) => Promise<void>, log: Log): AsyncDisposable {
  const madeAt = new Date();
  let ticking: AsyncDisposable | undefined;
  const begin = async (): Promise<void> => {
    ticking = everyMinute(look);
    await look(madeAt);
    // A minute that began meanwhile has no tick.
    const now = new Date();
    if (Math.floor(now.getTime() / MINUTE_MS) > Math.floor(madeAt.getTime() / MINUTE_MS)) await look(now);
  };
  const beginning = setTimeout(() => {
    begin().catch((error: unknown) => log.error({ err: error }, "the schedule failed"));
  }, ms);
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(beginning);
      await ticking?.[Symbol.asyncDispose]();
    },
  };
}

function isProbeDue(catalogue: Catalogue, backend: Backend, at: Date, seconds: number, elapsed: Elapsed): boolean {
  if (seconds === 0 || !findProvider(backend.provider).canProbe) return false;
  const last = sourcesOf(catalogue, backend.id).map((source) => lastRun(catalogue, source.id)?.startedAt ?? "");
  return last.every((start) => start !== "" && elapsed(Date.parse(start), at.getTime()) >= seconds * 1000);
}
