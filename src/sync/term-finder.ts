import { setTimeout as delay } from "node:timers/promises";
import { askedTerm, countAsked } from "../record/asked-terms.ts";
import type { Backend } from "../record/backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { lastEnded, runsWithIds } from "../record/runs.ts";
import type { MissingSource } from "../catalogue/read/source-readiness.ts";
import { type Source, sourcesOf } from "../record/sources.ts";
import { fold } from "../fold.ts";
import type { Log } from "../log.ts";
import { isSearched } from "../providers/registry.ts";
import { createFailures, whyUnasked } from "./find-failures.ts";
import type { SyncService } from "./sync-service.ts";

/** Passes search terms on to clouds that cannot be listed; what they find is in the catalogue from then on. */
export interface TermFinder extends Disposable {
  /**
   * Asks those clouds of these backends that cannot be listed for a term, unless they were asked lately. Resolves when the
   * result is committed, after some seconds at the latest; true if something may have been committed. Never rejects: a run's
   * row says why a cloud did not answer.
   */
  find(backends: readonly Backend[], term: string): Promise<boolean>;
  /**
   * After `find`: the sources whose clouds did not answer for the term, each with the reason. None for terms that no cloud is
   * asked for.
   */
  unanswered(backends: readonly Backend[], term: string): readonly MissingSource[];
}

/** What tests change. */
export interface FindTuning {
  /** How long a search waits. */
  readonly waitMs: number;
  /** The most terms a minute that a source's cloud is asked for; Docker Hub answers 180 requests a minute. */
  readonly perMinute: number;
}

export interface TermFinderOptions {
  readonly catalogue: Catalogue;
  readonly sync: Pick<SyncService, "find" | "finished">;
  readonly now: () => string;
  readonly log: Log;
  readonly tuning?: Partial<FindTuning> | undefined;
}

const TUNING: FindTuning = { waitMs: 3_000, perMinute: 30 };
const MINUTE_MS = 60_000;
/** How long a cloud's answer is valid. */
const FRESH_MS = 5 * MINUTE_MS;
/** After a failure the same term is asked again after this time, another term after this rest. */
const RETRY_MS = MINUTE_MS;
const REST_MS = 30_000;

interface Find {
  readonly term: string;
  /** Resolves, however it ends. */
  readonly ended: Promise<void>;
}

interface Turn {
  readonly term: string;
  /** False when another term came first. */
  readonly turn: PromiseWithResolvers<boolean>;
}

interface Turns {
  /** True when the term's turn has come, false when another took its place. */
  wait(sourceId: number, term: string): Promise<boolean>;
  /** Tells the term that waits for a source, if any, whether its turn has come. */
  give(sourceId: number, isTheirs: boolean): void;
  refuseAll(): void;
}

export function createTermFinder(options: TermFinderOptions): TermFinder {
  const { catalogue, log } = options;
  const { waitMs, perMinute } = { ...TUNING, ...options.tuning };
  const underWay = new Map<number, Find>();
  const failures = createFailures();
  let isClosed = false;
  const turns = createTurns();

  const unasked =
    ({ key }: Source) =>
    (error: unknown): false => {
      log.error({ err: error, source: key }, "search not passed on to the cloud");
      return false;
    };
  const start = (source: Source, term: string): Find => {
    const ended = findOnce(options, source, term)
      .then((failure) => failures.note(source.id, term, failure), unasked(source))
      .then(() => {
        underWay.delete(source.id);
        turns.give(source.id, true);
      });
    const find = { term, ended };
    underWay.set(source.id, find);
    return find;
  };
  const ask = async (source: Source, term: string): Promise<boolean> => {
    const current = underWay.get(source.id);
    if (current && current.term !== term && !(await turns.wait(source.id, term))) return false;
    const going = underWay.get(source.id);
    if (going) return going.term === term && going.ended.then(() => true);
    const hasFailed = failures.of(source.id, term) !== undefined;
    if (!isDue(options, source, { term, hasFailed, perMinute })) return current !== undefined;
    await start(source, term).ended;
    return true;
  };

  return {
    async find(backends, term) {
      const sources = searchedSources(catalogue, backends);
      const wanted = sources.length === 0 || isClosed ? undefined : termToAsk(term);
      if (wanted === undefined) return false;
      const all = Promise.all(sources.map((source) => ask(source, wanted).catch(unasked(source))));
      const found = await withPatience(all, waitMs);
      return found.includes(true);
    },
    unanswered(backends, term) {
      const sources = searchedSources(catalogue, backends);
      const wanted = sources.length === 0 ? undefined : termToAsk(term);
      if (wanted === undefined) return [];
      return sources.flatMap((source): MissingSource[] => {
        const isUnderWay = underWay.get(source.id)?.term === wanted;
        const known = failures.of(source.id, wanted) ?? whyUnasked(catalogue, source, wanted);
        const reason = isUnderWay ? "does not answer the search yet" : known;
        return reason === undefined ? [] : [{ source, part: null, code: "unanswered", reason }];
      });
    },
    [Symbol.dispose]() {
      isClosed = true;
      turns.refuseAll();
    },
  };
}

/** The sources of the backends whose clouds are searched. One that was never listed is missing anyway. */
function searchedSources(catalogue: Catalogue, backends: readonly Backend[]): Source[] {
  const searched = backends.filter(({ provider, enabled }) => enabled && isSearched(provider));
  const sources = new Map(searched.flatMap(({ id }) => sourcesOf(catalogue, id)).map((source) => [source.id, source]));
  return [...sources.values()].filter(({ revision }) => revision > 0);
}

/** By source, the term to ask for next; a newer term takes its place, as when somebody types. */
function createTurns(): Turns {
  const next = new Map<number, Turn>();
  const give = (sourceId: number, isTheirs: boolean): void => {
    next.get(sourceId)?.turn.resolve(isTheirs);
    next.delete(sourceId);
  };
  return {
    give,
    wait(sourceId, term) {
      const before = next.get(sourceId);
      if (before?.term === term) return before.turn.promise;
      give(sourceId, false);
      const turn = Promise.withResolvers<boolean>();
      next.set(sourceId, { term, turn });
      return turn.promise;
    },
    refuseAll() {
      for (const sourceId of next.keys()) give(sourceId, false);
    },
  };
}

/** The results of all; after `ms` it assumes that some succeeded. */
async function withPatience(all: Promise<boolean[]>, ms: number): Promise<boolean[]> {
  const patience = new AbortController();
  const tooLong = delay(ms, [true], { ref: false, signal: patience.signal }).catch(() => []);
  const found = await Promise.race<boolean[]>([all, tooLong]);
  patience.abort();
  return found;
}

/** Longer terms are no names; shorter ones match everything. */
const MOST_CHARACTERS = 200;
const FEWEST_CHARACTERS = 2;

/** A search term as a cloud is asked for it; undefined for one that it is not asked for. */
export function termToAsk(term: string): string | undefined {
  const asked = fold(term).replaceAll('"', " ").replace(/\s+/gu, " ").trim();
  return asked.length < FEWEST_CHARACTERS || asked.length > MOST_CHARACTERS ? undefined : asked;
}

interface DueTerm {
  readonly term: string;
  /** Whether the last search for it failed, whatever an earlier one found. */
  readonly hasFailed: boolean;
  readonly perMinute: number;
}

/** Whether to ask a source's cloud for a term: it was not asked for it lately, not too often, and not just in vain. */
function isDue(
  { catalogue, now }: TermFinderOptions,
  source: Source,
  { term, hasFailed, perMinute }: DueTerm,
): boolean {
  if (source.revision === 0) return false;
  const at = now();
  const before = (ms: number): string => new Date(Date.parse(at) - ms).toISOString();
  // A time in the future was stored before the clock was set back, and does not tell how long ago it was.
  const isWithin = (time: string, ms: number): boolean => time > before(ms) && time <= at;
  const asked = askedTerm(catalogue, source.id, term);
  if (asked && isWithin(asked.askedAt, asked.found === null || hasFailed ? RETRY_MS : FRESH_MS)) return false;
  if (countAsked(catalogue, source.id, before(MINUTE_MS), at) >= perMinute) return false;
  const last = lastEnded(catalogue, source.id, "find");
  return !(last?.state === "failed" && isWithin(last.finishedAt ?? "", REST_MS));
}

/** Resolves to the reason why the search failed; undefined if it did not. */
async function findOnce(
  { catalogue, sync }: TermFinderOptions,
  source: Source,
  term: string,
): Promise<string | undefined> {
  const runId = await sync.find(source, term);
  if (runId === undefined) return "was not searched: it is being listed";
  await sync.finished(runId);
  const [run] = runsWithIds(catalogue, [runId]);
  return run?.state === "failed" ? `did not answer the search: ${run.error ?? "failed"}` : undefined;
}
