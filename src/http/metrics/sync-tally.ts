import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { ChangeKind } from "../../catalogue/read/read-changes.ts";
import {
  newestRunId,
  type Run,
  type RunKind,
  type RunState,
  runsAfter,
  runsUnderWay,
  runsWithIds,
} from "../../record/runs.ts";

export const RUN_KINDS: readonly RunKind[] = ["full", "probe", "find"];
export const RUN_ENDS = ["complete", "refused", "failed"] as const satisfies readonly RunState[];

/** Totals of the runs of one source since the process started; they never shrink. */
export interface SyncTotals {
  readonly ended: ReadonlyMap<`${RunKind} ${RunState}`, number>;
  readonly upstreamCalls: number;
  readonly throttled: number;
  readonly changes: Readonly<Record<ChangeKind, number>>;
}

export const NO_SYNCS: SyncTotals = {
  ended: new Map(),
  upstreamCalls: 0,
  throttled: 0,
  changes: { added: 0, changed: 0, retired: 0, returned: 0 },
};

/**
 * Counts ended runs of all processes by the id of their source, from their rows. Each call adds the runs that ended since the
 * last call. Old rows are deleted, so the totals are kept here.
 */
export function createSyncTally(catalogue: Catalogue): () => ReadonlyMap<number, SyncTotals> {
  const totals = new Map<number, SyncTotals>();
  let newest = newestRunId(catalogue);
  let underWay = runsUnderWay(catalogue).map(({ id }) => id);
  return () => {
    const runs = [...runsWithIds(catalogue, underWay), ...runsAfter(catalogue, newest)];
    newest = runs.reduce((id, run) => Math.max(id, run.id), newest);
    underWay = runs.filter((run) => !isEnded(run)).map(({ id }) => id);
    for (const run of runs.filter(isEnded)) totals.set(run.sourceId, add(totals.get(run.sourceId) ?? NO_SYNCS, run));
    return totals;
  };
}

function isEnded({ state }: Run): boolean {
  return RUN_ENDS.some((end) => end === state);
}

function add({ ended, upstreamCalls, throttled, changes }: SyncTotals, run: Run): SyncTotals {
  const how = `${run.kind} ${run.state}` as const;
  const isThrottled = run.state === "failed" && run.code === "throttled";
  const sum = (kind: ChangeKind): number => changes[kind] + run[kind];
  return {
    ended: new Map(ended).set(how, (ended.get(how) ?? 0) + 1),
    upstreamCalls: upstreamCalls + run.upstreamCalls,
    throttled: throttled + Number(isThrottled),
    changes: { added: sum("added"), changed: sum("changed"), retired: sum("retired"), returned: sum("returned") },
  };
}
