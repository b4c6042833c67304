import { createTask } from "node-cron";
import type { Backend } from "../record/backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { failuresInARow, lastEnded, lastFullStart, runUnderWay } from "../record/runs.ts";
import { type Source, sourcesOf } from "../record/sources.ts";
import { createElapsed, type Elapsed } from "./elapsed.ts";

/**
 * When full listings are due, worked out from earlier runs. A source whose last listing failed or was refused is tried again
 * after a minute, then after two, four and so on, but never later than the schedule says. If the cloud refused the credentials
 * or their permission, it is asked again on schedule, or when the backend was changed: clouds lock accounts that try too often.
 */
export interface Timetable extends AsyncDisposable {
  /** Whether the whole backend is due at this moment. */
  isDue(backend: Backend, at: Date): boolean;
  /** Those of the backend's sources whose last listing failed and that are due again. */
  dueAgain(backend: Backend, at: Date): Source[];
  /**
   * Those of the backend's sources that may be asked outside the schedule: their clouds did not refuse the backend's current
   * credentials.
   */
  askable(backend: Backend): Source[];
  /** The earliest moment, never before `at`, when one of these sources of the backend is tried; null: disabled. */
  nextTry(backend: Backend, at: Date, sources?: readonly Pick<Source, "id">[]): Date | null;
}

const FIRST_RETRY_MS = 60_000;
/** More doublings would be longer than any schedule. */
const MOST_DOUBLINGS = 20;

/** `cron` is for backends without a poll interval of their own. */
export function createTimetable(catalogue: Catalogue, cron: string, elapsed: Elapsed = createElapsed()): Timetable {
  const pattern = createTask(cron, () => undefined);
  const regularTry = (backend: Backend, at: number): number | undefined => {
    const last = lastStart(catalogue, backend);
    if (last === undefined) return undefined;
    if (backend.pollInterval !== null) return at + backend.pollInterval * 1000 - elapsed(last, at);
    return pattern.getNextRuns(1)[0]?.getTime();
  };
  return {
    isDue(backend, at) {
      const last = lastStart(catalogue, backend);
      if (last === undefined) return true;
      const waited = elapsed(last, at.getTime());
      if (backend.pollInterval !== null) return waited >= backend.pollInterval * 1000;
      const [next, following] = pattern.getNextRuns(2);
      const gap = next && following ? following.getTime() - next.getTime() : Number.POSITIVE_INFINITY;
      return (pattern.match(at) && waited > 60_000) || waited > gap;
    },
    dueAgain: (backend, at) =>
      sourcesOf(catalogue, backend.id).filter(({ id }) => {
        const again = retryOf(catalogue, backend, id, at.getTime(), elapsed);
        return again !== undefined && again <= at.getTime();
      }),
    askable: (backend) => sourcesOf(catalogue, backend.id).filter(({ id }) => !isRefused(catalogue, backend, id)),
    nextTry(backend, at, sources = sourcesOf(catalogue, backend.id)) {
      if (!backend.enabled) return null;
      const now = at.getTime();
      const retries = sources.flatMap(({ id }) => retryOf(catalogue, backend, id, now, elapsed) ?? []);
      return new Date(Math.max(now, Math.min(regularTry(backend, now) ?? now, ...retries)));
    },
    async [Symbol.asyncDispose]() {
      await pattern.destroy();
    },
  };
}

/**
 * Whether the cloud refused the backend's current credentials: the source's last run ended so, and the backend was not changed
 * since.
 */
function isRefused(catalogue: Catalogue, { changedAt }: Backend, sourceId: number): boolean {
  const last = lastEnded(catalogue, sourceId);
  if (last?.code !== "credentials" && last?.code !== "forbidden") return false;
  return changedAt === null || changedAt < last.startedAt;
}

/**
 * When a source is tried again outside the schedule; undefined if its last listing was committed, its credentials were refused,
 * or a run is under way.
 */
function retryOf(
  catalogue: Catalogue,
  backend: Backend,
  sourceId: number,
  at: number,
  elapsed: Elapsed,
): number | undefined {
  const last = lastEnded(catalogue, sourceId, "full");
  if (!last || last.state === "complete" || runUnderWay(catalogue, sourceId)) return undefined;
  if (isRefused(catalogue, backend, sourceId)) return undefined;
  const doublings = Math.min(failuresInARow(catalogue, sourceId) - 1, MOST_DOUBLINGS);
  return at + FIRST_RETRY_MS * 2 ** doublings - elapsed(Date.parse(last.finishedAt ?? last.startedAt), at);
}

/** When a full listing of the backend was last begun; the oldest of its sources counts. */
function lastStart(catalogue: Catalogue, backend: Backend): number | undefined {
  const starts = sourcesOf(catalogue, backend.id).map((source) => lastFullStart(catalogue, source.id));
  const known = starts.filter((start) => start !== undefined);
  return known.length < starts.length ? undefined : Math.min(...known.map((start) => Date.parse(start)));
}
