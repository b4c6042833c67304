import {
  changedFamilies,
  type FamilyBuild,
  readFamilyBuilds,
  readFamilyBuildsOf,
} from "../../catalogue/read/family-documents.ts";
import { isOpen } from "../../catalogue/file/connection.ts";
import { type Catalogue, catalogueVersion } from "../../catalogue/file/open-catalogue.ts";
import { readRevisions } from "../../record/sources.ts";
import type { FamilyStore } from "./family-store.ts";

/** A source as it was at one moment. */
export interface SourceState {
  readonly id: number;
  readonly revision: number;
}

/** Keeps the families of each source up to date with commits; each source separately. */
export interface FamilyFollower {
  /** Looks for commits, and reads them between requests. */
  follow(): void;
  /** Whether the known families of these sources are of exactly these revisions. */
  isCurrent(sources: readonly SourceState[]): boolean;
  /** Resolves when these sources (by default all) are up to date; they are read before others. */
  caughtUp(sourceIds?: readonly number[]): Promise<void>;
}

/** How long a source is read in one go; then other requests run. */
const STEP_MS = 4;
/** Families that are read or put in one step. */
const FAMILIES_AT_ONCE = 100;
/** Stands for the revision of a source that was read in part: it must be read again as a whole, or dropped. */
const PARTLY = -1;

export function createFamilyFollower(catalogue: Catalogue, store: FamilyStore): FamilyFollower {
  const sources = trackSources(catalogue, store);
  let waiters: readonly Waiter[] = [];
  let isGoing = false;

  const next = (): number | undefined => {
    for (const { sourceIds } of waiters) {
      const [id] = sources.behind(sourceIds);
      if (id !== undefined) return id;
    }
    return sources.behind()[0];
  };
  const wake = (): void => {
    const [ready, waiting] = partition(waiters, ({ sourceIds }) => sources.behind(sourceIds).length === 0);
    waiters = waiting;
    for (const { resolve } of ready) resolve();
  };
  const release = (error: unknown): void => {
    for (const { reject } of waiters) reject(error);
    waiters = [];
  };
  const turn = (): void => {
    isGoing = false;
    if (!isOpen(catalogue)) return release(new Error("the catalogue is closed"));
    try {
      for (const until = performance.now() + STEP_MS; performance.now() < until;) {
        sources.look();
        const id = next();
        if (id === undefined) break;
        sources.step(id);
      }
      wake();
    } catch (error) {
      return release(error);
    }
    go();
  };
  const go = (): void => {
    if (isGoing || next() === undefined) return;
    isGoing = true;
    setImmediate(turn);
  };

  return {
    follow() {
      sources.look();
      go();
    },
    isCurrent: sources.isCurrent,
    async caughtUp(sourceIds) {
      sources.look();
      if (sources.behind(sourceIds).length === 0) return;
      await new Promise<void>((resolve, reject) => {
        waiters = [...waiters, { sourceIds, resolve, reject }];
        go();
      });
    },
  };
}

interface Waiter {
  readonly sourceIds: readonly number[] | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The revision of each source in the store and in the catalogue. */
interface TrackedSources extends Pick<FamilyFollower, "isCurrent"> {
  /** Looks at the catalogue's revisions; cheap when nothing was committed. */
  look(): void;
  /** Those of these sources (by default all) that are out of date in the store. */
  behind(sourceIds?: readonly number[]): number[];
  /** Goes on with one of them for some milliseconds at most. */
  step(sourceId: number): void;
}

interface FamilyReading {
  /** The revision to reach; undefined: the source is dropped. */
  readonly revision: number | undefined;
  readonly steps: Generator<void, boolean>;
}

function trackSources(catalogue: Catalogue, store: FamilyStore): TrackedSources {
  const known = new Map<number, number>();
  let current: ReadonlyMap<number, number> = new Map();
  let version: string | undefined;
  const readings = new Map<number, FamilyReading>();

  const begin = (id: number): FamilyReading => {
    const [before, revision] = [known.get(id) ?? PARTLY, current.get(id)];
    known.set(id, before);
    return { revision, steps: read(catalogue, store, { id, before, revision }) };
  };
  const end = (id: number, { revision }: FamilyReading, isRead: boolean): void => {
    if (!isRead) version = undefined;
    else if (revision === undefined) known.delete(id);
    else known.set(id, revision);
  };
  return {
    isCurrent: (sources) => sources.every(({ id, revision }) => known.get(id) === revision),
    look() {
      const newest = catalogueVersion(catalogue);
      if (newest === version) return;
      current = readRevisions(catalogue);
      version = newest;
    },
    behind: (ids = [...new Set([...current.keys(), ...known.keys()])]) =>
      ids.filter((id) => known.get(id) !== current.get(id)),
    step(id) {
      const reading = readings.get(id) ?? begin(id);
      readings.set(id, reading);
      // If reading fails, the next request begins it again.
      let isGoingOn = false;
      try {
        const { done, value } = reading.steps.next();
        isGoingOn = !done;
        if (done) end(id, reading, value);
      } finally {
        if (!isGoingOn) readings.delete(id);
      }
    },
  };
}

/** Brings a source to a revision, or (with undefined) drops it. False if the catalogue changed before all was read. */
function* read(
  catalogue: Catalogue,
  store: FamilyStore,
  { id, before, revision }: { id: number; before: number; revision: number | undefined },
): Generator<void, boolean> {
  if (revision === undefined) return yield* putAll(store, id, []);
  const changed = before === PARTLY ? undefined : changedFamilies(catalogue, id, before);
  if (changed) return yield* readSome(catalogue, store, id, changed);
  const builds = yield* readFamilyBuilds(catalogue, id, revision);
  return builds ? yield* putAll(store, id, builds) : false;
}

function* readSome(
  catalogue: Catalogue,
  store: FamilyStore,
  sourceId: number,
  familyIds: readonly number[],
): Generator<void, boolean> {
  for (let at = 0; at < familyIds.length; at += FAMILIES_AT_ONCE) {
    const some = familyIds.slice(at, at + FAMILIES_AT_ONCE);
    const builds = new Map(readFamilyBuildsOf(catalogue, sourceId, some).map((build) => [build.familyId, build]));
    for (const id of some) store.put(sourceId, id, builds.get(id));
    yield;
  }
  return true;
}

function* putAll(store: FamilyStore, sourceId: number, builds: readonly FamilyBuild[]): Generator<void, boolean> {
  const before = [...store.familiesOf(sourceId)];
  let done = 0;
  for (const build of builds) {
    store.put(sourceId, build.familyId, build);
    if (++done % FAMILIES_AT_ONCE === 0) yield;
  }
  if (before.length === 0) return true;
  const there = new Set(builds.map(({ familyId }) => familyId));
  for (const id of before) {
    if (there.has(id)) continue;
    store.put(sourceId, id, undefined);
    if (++done % FAMILIES_AT_ONCE === 0) yield;
  }
  return true;
}

function partition<T>(list: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [list.filter(isFirst), list.filter((value) => !isFirst(value))];
}
