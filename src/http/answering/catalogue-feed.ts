import { listBackends } from "../../record/backends.ts";
import { type Catalogue, catalogueVersion } from "../../catalogue/file/open-catalogue.ts";
import { type Run, runsUnderWay, runsWithIds } from "../../record/runs.ts";
import { sourcesOf } from "../../record/sources.ts";
import type { SyncService } from "../../sync/sync-service.ts";

/**
 * News of the catalogue. `progress`: how far a sync is. `end`: how it ended. `catalogue`: the images or settings of these
 * backends are others now, or they are new, or gone. Stars are no news: they are one reader's own.
 */
export interface CatalogueEvent {
  readonly event: "progress" | "end" | "catalogue";
  /** The backends that it is about; only listeners who may see one of them get it. */
  readonly backends: readonly string[];
  readonly about: Readonly<Record<string, unknown>>;
}

export interface CatalogueFeed {
  /** The state at the last check, for new listeners. */
  current(): CatalogueEvent[];
  /** What happened since the last call, in this process or another. Takes microseconds if nothing did. */
  next(): CatalogueEvent[];
}

interface RunNews {
  readonly runId: number;
  readonly news: CatalogueEvent;
}

export function createCatalogueFeed(catalogue: Catalogue, sync: SyncService): CatalogueFeed {
  let version = catalogueVersion(catalogue);
  let states = readStates(catalogue);
  let running: ReadonlyMap<number, RunNews> = new Map();

  const next = (): CatalogueEvent[] => {
    const current = catalogueVersion(catalogue);
    const isUnchanged = current === version;
    if (isUnchanged && running.size === 0) return [];
    version = current;
    const before = { states, running };
    running = new Map(readProgress(catalogue, sync).map((run) => [run.runId, run]));
    if (!isUnchanged) states = readStates(catalogue);
    const moved = [...running.values()].filter(({ runId, news }) => !isSame(news, before.running.get(runId)?.news));
    const ended = [...before.running.keys()].filter((runId) => !running.has(runId));
    const changed = changedKeys(before.states, states);
    return [
      ...moved.map(({ news }) => news),
      ...runsWithIds(catalogue, ended).map((run) => endOf(run, before.running.get(run.id)?.news.backends ?? [])),
      ...(changed.length > 0 ? [{ event: "catalogue", backends: changed, about: {} } as const] : []),
    ];
  };
  return { next, current: () => [...running.values()].map(({ news }) => news) };
}

/** By backend id, the state that answers depend on. */
function readStates(catalogue: Catalogue): Map<string, string> {
  return new Map(
    listBackends(catalogue).map((backend) => {
      const sources = sourcesOf(catalogue, backend.id).map(({ id, revision, syncedAt }) => [id, revision, syncedAt]);
      return [backend.id, JSON.stringify([{ ...backend, starsRevision: 0 }, sources])];
    }),
  );
}

function readProgress(catalogue: Catalogue, sync: SyncService): RunNews[] {
  // A find belongs to one search, so its progress is no news for others; what it changed is.
  const runs = runsUnderWay(catalogue).filter(({ kind }) => kind !== "find");
  if (runs.length === 0) return [];
  const shown = listBackends(catalogue).map(({ id }) => ({ id, sources: sourcesOf(catalogue, id) }));
  return runs.map((run) => {
    const backends = shown.filter(({ sources }) => sources.some(({ id }) => id === run.sourceId));
    const source = backends[0]?.sources.find(({ id }) => id === run.sourceId);
    // Runs of this process report more, and sooner, than their rows.
    const { phase, listed } = sync.progress(run.sourceId) ?? { phase: run.state, listed: run.listed };
    const about = { ...nameOf(run), phase, listed, expected: source?.imageCount ?? 0 };
    return { runId: run.id, news: { event: "progress", backends: backends.map(({ id }) => id), about } };
  });
}

function endOf(run: Run, backends: readonly string[]): CatalogueEvent {
  const { state, error, listed, added, changed, retired } = run;
  return { event: "end", backends, about: { ...nameOf(run), state, error, listed, added, changed, retired } };
}

function nameOf({ id, source, kind }: Run): { run: number; source: string; kind: string } {
  return { run: id, source, kind };
}

function isSame(a: CatalogueEvent, b: CatalogueEvent | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function changedKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key));
}
