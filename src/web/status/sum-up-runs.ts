import type { BackendRuns, RunJson } from "./answers.ts";

/** Values over time; null where there is none. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Series that share their times: seconds since 1970, rising. */
export interface TimePlot {
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

interface Ended extends RunJson {
  readonly finished_at: string;
}

/** How many images the listings of each backend had, from the time when all of its sources were listed. */
export function imagesOverTime(backends: readonly BackendRuns[]): TimePlot {
  return joined(
    backends.map(({ backend, runs }) => {
      const listings = oldestFirst(runs).filter(({ kind, state }) => kind === "full" && state === "complete");
      const sources = new Set(listings.map(({ source }) => source));
      const last = new Map<string, number>();
      const points = listings.flatMap(({ source, listed, finished_at: at }): [number, number][] => {
        last.set(source, listed);
        return last.size < sources.size ? [] : [[secondsOf(at), [...last.values()].reduce((sum, n) => sum + n, 0)]];
      });
      return { name: backend, points };
    }),
  );
}

/**
 * How long the full listings of each source took, in seconds; once for shared sources. A source gets its backend's name if the
 * backend has no other source, and the source no other backend.
 */
export function durations(backends: readonly BackendRuns[]): TimePlot {
  const all = backends.flatMap(({ backend, runs }) => {
    const listings = oldestFirst(runs).filter(({ kind, state }) => kind === "full" && state === "complete");
    const bySource = Map.groupBy(listings, ({ source }) => source);
    return [...bySource].map(([source, own]) => ({ source, own, name: bySource.size === 1 ? backend : source }));
  });
  const sources = new Map<string, (typeof all)[number]>();
  for (const one of all) sources.set(one.source, sources.has(one.source) ? { ...one, name: one.source } : one);
  return joined(
    [...sources.values()].map(({ name, own }) => ({
      name,
      points: own.map(({ started_at: from, finished_at: to }): [number, number] => [
        secondsOf(to),
        Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10),
      ]),
    })),
  );
}

const KINDS = ["added", "changed", "retired", "returned"] as const;

/** How many images changed on each day that had a run. First listings are left out: all of their images would count as added. */
export function changesByDay(backends: readonly BackendRuns[]): TimePlot {
  const runs = new Map(backends.flatMap((one) => one.runs.map((run) => [run.id, run])));
  const counted = oldestFirst([...runs.values()]).filter((run) => run.state === "complete" && !isFirst(run));
  const days = Map.groupBy(counted, ({ finished_at: at }) => at.slice(0, 10));
  return {
    times: [...days.keys()].map(secondsOf),
    series: KINDS.map((name) => ({
      name,
      values: [...days.values()].map((ofDay) => ofDay.reduce((sum, run) => sum + run[name], 0)),
    })),
  };
}

/** Whether all that a listing had was new. */
function isFirst({ kind, listed, added }: RunJson): boolean {
  return kind === "full" && listed > 0 && added === listed;
}

/** Runs that have ended, by when. Finds are no syncs. */
function oldestFirst(runs: readonly RunJson[]): Ended[] {
  return runs
    .flatMap((run) =>
      run.finished_at === null || run.kind === "find" ? [] : [{ ...run, finished_at: run.finished_at }],
    )
    .toSorted((a, b) => (a.finished_at < b.finished_at ? -1 : 1));
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}

/** Puts points on common times; of two at the same time, the later counts. */
function joined(
  all: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[],
): TimePlot {
  const known = all.filter(({ points }) => points.length > 0);
  const times = [...new Set(known.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
  return {
    times,
    series: known.map(({ name, points }) => {
      const at = new Map(points);
      return { name, values: times.map((time) => at.get(time) ?? null) };
    }),
  };
}
