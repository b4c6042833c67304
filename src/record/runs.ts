import { and, asc, desc, eq, gt, inArray, notInArray } from "drizzle-orm";
import { type AskedTerm, forgetTerms, noteAsked } from "./asked-terms.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { RunCode } from "../catalogue/file/run-codes.ts";
import { runs, sources } from "../catalogue/file/schema.ts";

/** A full listing, a probe for what is new, or a find: what the cloud finds for a term. */
export type RunKind = "full" | "probe" | "find";
export type RunState = "queued" | "running" | "complete" | "refused" | "failed";

/** One try to bring a source up to date. Times are ISO 8601, UTC. */
export interface Run {
  readonly id: number;
  readonly sourceId: number;
  /** The source's key. */
  readonly source: string;
  readonly state: RunState;
  readonly kind: RunKind;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly listed: number;
  readonly added: number;
  readonly changed: number;
  readonly retired: number;
  readonly returned: number;
  readonly rejected: number;
  readonly upstreamCalls: number;
  /** Why it was refused or failed; null of others, and of runs of releases that noted none. */
  readonly code: RunCode | null;
  readonly error: string | null;
  /** What the listing may lack though it is complete; null when nothing is known to. */
  readonly warning: string | null;
}

const UNDER_WAY: RunState[] = ["queued", "running"];

const RUN = {
  id: runs.id,
  sourceId: runs.sourceId,
  source: sources.key,
  state: runs.state,
  kind: runs.kind,
  startedAt: runs.startedAt,
  finishedAt: runs.finishedAt,
  listed: runs.listed,
  added: runs.added,
  changed: runs.changed,
  retired: runs.retired,
  returned: runs.returned,
  rejected: runs.rejected,
  upstreamCalls: runs.upstreamCalls,
  code: runs.code,
  error: runs.error,
  warning: runs.warning,
};
const OF_SOURCE = eq(sources.id, runs.sourceId);

/** Runs of these sources, newest first. */
export function listRuns({ orm }: Catalogue, sourceIds: readonly number[], limit: number): Run[] {
  return orm
    .select(RUN)
    .from(runs)
    .innerJoin(sources, OF_SOURCE)
    .where(inArray(runs.sourceId, [...sourceIds]))
    .orderBy(desc(runs.id))
    .limit(limit)
    .all();
}

/** Runs with higher ids than this, oldest first. */
export function runsAfter({ orm }: Catalogue, id: number): Run[] {
  return orm.select(RUN).from(runs).innerJoin(sources, OF_SOURCE).where(gt(runs.id, id)).orderBy(asc(runs.id)).all();
}

/** 0 when there is no run. */
export function newestRunId({ sqlite }: Catalogue): number {
  return sqlite.prepare<[], number | null>("SELECT max(id) FROM runs").pluck().get() ?? 0;
}

/** The newest run of a source. */
export function lastRun(catalogue: Catalogue, sourceId: number): Run | undefined {
  return listRuns(catalogue, [sourceId], 1)[0];
}

/** The newest run of a source that has ended, of one kind or of either. */
export function lastEnded({ orm }: Catalogue, sourceId: number, kind?: RunKind): Run | undefined {
  return orm
    .select(RUN)
    .from(runs)
    .innerJoin(sources, OF_SOURCE)
    .where(
      and(
        eq(runs.sourceId, sourceId),
        notInArray(runs.state, UNDER_WAY),
        kind === undefined ? undefined : eq(runs.kind, kind),
      ),
    )
    .orderBy(desc(runs.id))
    .limit(1)
    .get();
}

/** How many full listings of a source failed or were refused since one was committed. */
export function failuresInARow({ sqlite }: Catalogue, sourceId: number): number {
  const select = `SELECT count(*) FROM runs WHERE source_id = @sourceId AND kind = 'full' AND state IN ('failed', 'refused')
    AND id > (SELECT coalesce(max(id), 0) FROM runs WHERE source_id = @sourceId AND kind = 'full' AND state = 'complete')`;
  return sqlite.prepare<[{ sourceId: number }], number>(select).pluck().get({ sourceId }) ?? 0;
}

/** What the newest committed full listing of a source may lack. */
export function lastWarning({ sqlite }: Catalogue, sourceId: number): string | null {
  const select =
    "SELECT warning FROM runs WHERE source_id = ? AND kind = 'full' AND state = 'complete' ORDER BY id DESC LIMIT 1";
  return sqlite.prepare<[number], string | null>(select).pluck().get(sourceId) ?? null;
}

/** When the newest full listing of a source was begun. */
export function lastFullStart({ sqlite }: Catalogue, sourceId: number): string | undefined {
  // Not the latest time: the clock may have been set back since.
  const select = "SELECT started_at FROM runs WHERE source_id = ? AND kind = 'full' ORDER BY id DESC LIMIT 1";
  return sqlite.prepare<[number], string | null>(select).pluck().get(sourceId) ?? undefined;
}

/** When the newest run that brought a source up to date was begun: what came since is not yet known. */
export function knownUntil({ sqlite }: Catalogue, sourceId: number): string | undefined {
  const select =
    "SELECT started_at FROM runs WHERE source_id = ? AND state = 'complete' AND kind <> 'find' ORDER BY id DESC LIMIT 1";
  return sqlite.prepare<[number], string | null>(select).pluck().get(sourceId) ?? undefined;
}

/** The run of a source that is queued or running. */
export function runUnderWay({ orm }: Catalogue, sourceId: number): Run | undefined {
  return orm
    .select(RUN)
    .from(runs)
    .innerJoin(sources, OF_SOURCE)
    .where(and(eq(runs.sourceId, sourceId), inArray(runs.state, UNDER_WAY)))
    .orderBy(desc(runs.id))
    .get();
}

/** Notes a run that waits for its turn; returns its id. Call inside `write`. */
export function insertRun({ orm }: Catalogue, sourceId: number, now: string, kind: RunKind = "full"): number {
  return orm.insert(runs).values({ sourceId, state: "queued", kind, startedAt: now }).returning({ id: runs.id }).get()
    .id;
}

/** A run that is to be noted. */
export interface QueuedRun {
  readonly sourceId: number;
  readonly kind: RunKind;
  readonly now: string;
  /** What a find asks for. */
  readonly term?: string | undefined;
  /** How a run of the source ended that its row says is under way. Its process died, since the source's lock is ours. */
  readonly interrupted: Pick<Run, "state" | "code" | "error">;
}

/** Notes a run that waits for its turn, whose source's lock the caller holds; returns its id. Call inside a transaction. */
export function queueRun(catalogue: Catalogue, { sourceId, kind, now, term, interrupted }: QueuedRun): number {
  if (term !== undefined) noteAsked(catalogue, sourceId, term, now);
  const dead = runUnderWay(catalogue, sourceId);
  if (dead) updateRun(catalogue, dead.id, { ...interrupted, finishedAt: now });
  return insertRun(catalogue, sourceId, now, kind);
}

/** How a run goes on or ends. */
export type RunProgress = Partial<Omit<Run, "id" | "source" | "sourceId">>;

/** Notes how a run goes on or ends. Call inside `write`, or where waiting for the lock blocks nobody. */
export function updateRun({ orm }: Catalogue, id: number, progress: RunProgress): void {
  orm.update(runs).set(progress).where(eq(runs.id, id)).run();
}

/** Makes a run one of another source. Call inside `write`. */
export function moveRun({ orm }: Catalogue, id: number, sourceId: number): void {
  orm.update(runs).set({ sourceId }).where(eq(runs.id, id)).run();
}

/** A run that has ended. */
export interface EndedRun {
  readonly id: number;
  readonly sourceId: number;
  readonly kind: RunKind;
  readonly progress: RunProgress;
  /** Terms that its listing left out. */
  readonly forgotten: { readonly terms: readonly AskedTerm[]; readonly now: string } | undefined;
}

/** Runs of a source that are kept, of each kind. */
const RUNS_KEPT = 500;

/** Notes how a run ended, and forgets what that leaves behind. Call inside a transaction. */
export function endRun(catalogue: Catalogue, { id, sourceId, kind, progress, forgotten }: EndedRun): void {
  updateRun(catalogue, id, progress);
  forgetOldRuns(catalogue, sourceId, kind, RUNS_KEPT);
  if (forgotten) forgetTerms(catalogue, sourceId, forgotten.terms, forgotten.now);
}

/** Keeps the newest `keep` runs of a source of one kind: finds and probes, which come often, never push a listing out. */
export function forgetOldRuns({ sqlite }: Catalogue, sourceId: number, kind: RunKind, keep: number): void {
  sqlite
    .prepare(
      `DELETE FROM runs WHERE source_id = @sourceId AND kind = @kind AND id <= (
         SELECT id FROM runs WHERE source_id = @sourceId AND kind = @kind ORDER BY id DESC LIMIT 1 OFFSET @keep)`,
    )
    .run({ sourceId, kind, keep });
}

/** Every run that is queued or running, as far as the rows say. */
export function runsUnderWay({ orm }: Catalogue): Run[] {
  return orm.select(RUN).from(runs).innerJoin(sources, OF_SOURCE).where(inArray(runs.state, UNDER_WAY)).all();
}

/** The runs with these ids, oldest first. */
export function runsWithIds({ orm }: Catalogue, ids: readonly number[]): Run[] {
  return orm
    .select(RUN)
    .from(runs)
    .innerJoin(sources, OF_SOURCE)
    .where(inArray(runs.id, [...ids]))
    .orderBy(runs.id)
    .all();
}
