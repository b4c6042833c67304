import type Database from "better-sqlite3";
import {
  countInSlices,
  type Findable,
  findPositions,
  fitExpressions,
  matchExpression,
} from "../catalogue/find-positions.ts";
import { estimateCount, trustOfPosition } from "../catalogue/positions.ts";
import {
  type CandidateRow,
  readAtPositions,
  readLatestBuilds,
  readFamily,
  readWithId,
  readWithIds,
  readWithName,
} from "../catalogue/read-images.ts";
import { foldedFields } from "../catalogue/text-index.ts";
import { isBegun } from "./fit.ts";
import type { PreparedQuery } from "./image-query.ts";
import { atOnce, pausing } from "./in-turns.ts";
import { type Age, compareAge, compareRank, type RankKey } from "./rank.ts";
import type { ViewSource } from "./view.ts";

/** An image found in a source, with what its place among others depends on. */
export interface Found extends RankKey {
  /** Known for those that were looked at one by one. */
  readonly age?: Age;
}

/** What an earlier look at the same query in the same catalogue told. */
export interface KnownFinds {
  /** Their number. */
  readonly count: number;
  /** See SourceFinds. */
  readonly head: readonly Found[] | undefined;
}

/** What one source holds of a query, at one moment of the database. */
export interface SourceFinds {
  /** Whether there is any, at less cost than their number. */
  any(): boolean;
  /** Their number, where looking them up told it already. */
  readonly size: number | undefined;
  /** Those that were looked at one by one and sorted, when there are others and an order was asked for. */
  readonly head: readonly Found[] | undefined;
  /** Their number, worked out in steps of a few milliseconds, or from what the index has of them if that is known. */
  count(inIndex?: number): Generator<void, number>;
  /**
   * Every find once, in the order of answers, no more of them worked out than are asked for; undefined where others may
   * have their turn.
   */
  inOrder(): Iterable<Found | undefined>;
}

/** How many finds make a difference to how they are found. */
export interface Thresholds {
  /** Up to so many are looked at one by one and sorted; of more, the index yields the same order piece by piece. */
  readonly sortedFinds: number;
  /**
   * For a word that is only begun, FTS5 gathers all that begin so before it yields the first. Of a broad one that is being
   * typed nearly all finds are of the same class: as long as half of them are, a look at one after the other is faster.
   */
  readonly minBroad: number;
}

/** Finds that are looked at together, and in all. */
const LOOKS = 16;
const MAX_LOOKS = 256;

/**
 * Looks a query up in one source, step by step. `scores` asks MiniSearch, by family id.
 */
export function* findInSource(
  db: Database.Database,
  view: ViewSource,
  query: PreparedQuery,
  scores: () => ReadonlyMap<number, number>,
  { sortedFinds, minBroad }: Thresholds,
  known?: KnownFinds,
): Generator<void, SourceFinds> {
  const sourceId = view.source.id;
  const lookAt = (rows: readonly CandidateRow[]): (Found & { age: Age })[] =>
    rows.flatMap((row) => {
      const fields = foldedFields(row);
      if (view.hidden.has(row.position) || !query.finds(row, fields)) return [];
      const named = query.isNamed(fields);
      return {
        position: row.position,
        starred: view.starred.has(row.imageId),
        exact: query.isExact(row) || (named && trustOfPosition(row.position) > 0),
        named,
        fit: query.fit(fields),
        score: row.latest === 1 ? (scores().get(row.familyId) ?? 0) : 0,
        age: { orderedAt: row.orderedAt ?? "", name: row.name, imageId: row.imageId },
      };
    });
  const sorted = (rows: readonly CandidateRow[]): Found[] =>
    lookAt(rows).toSorted((a, b) => compareRank(a, b) || compareAge(a.age, b.age));

  if (query.family !== undefined) {
    const rows = readFamily(db, sourceId, query.family);
    return fewFinds(sorted(query.starredOnly ? rows.filter(({ imageId }) => view.starred.has(imageId)) : rows));
  }
  if (query.starredOnly) return fewFinds(sorted(readWithIds(db, sourceId, [...view.starred])));
  const all = { source: view.source, expression: matchExpression(query.sought), filters: query.filters };
  let count = known?.count ?? 0;
  if (count <= sortedFinds) {
    const first = yield* takeNext(findPositions(db, all), sortedFinds + 1);
    if (first.length <= sortedFinds) return fewFinds(sorted(readAtPositions(db, sourceId, first)));
    count = estimateCount(first, view.source.imageCount);
  }

  const countAll = (inIndex?: number): Generator<void, number> => countFinds(db, view, query, { all, inIndex });
  let head = known?.head;
  return {
    // Unless all that were looked at may be hidden, one of them is found.
    any: () => sortedFinds >= view.hidden.size || atOnce(countAll()) > 0,
    size: known?.count,
    get head() {
      return head;
    },
    count: countAll,
    *inOrder() {
      head ??= sorted(readSpecial(db, view, query, [...scores().keys()]));
      const special = new Set(head.map(({ position }) => position));
      yield* merge(head, rest(db, view, query, { special, isBroad: count >= minBroad }));
    },
  };
}

/** The rows whose place only a look at each can tell, each once: starred, exact, and the newest builds that MiniSearch knows. */
function readSpecial(
  db: Database.Database,
  { source, starred }: ViewSource,
  { term }: PreparedQuery,
  familyIds: readonly number[],
): CandidateRow[] {
  const exact = term.whole === "" ? [] : [readWithName, readWithId].flatMap((read) => read(db, source.id, term.whole));
  const rows = [...readWithIds(db, source.id, [...starred]), ...exact, ...readLatestBuilds(db, source.id, familyIds)];
  return [...new Map(rows.map((row) => [row.position, row])).values()];
}

function* countFinds(
  db: Database.Database,
  view: ViewSource,
  query: PreparedQuery,
  { all, inIndex }: { all: Findable; inIndex: number | undefined },
): Generator<void, number> {
  let count = isWhole(query, all.expression) ? view.source.imageCount : inIndex;
  count ??= yield* countInSlices(db, all);
  return count - countHidden(db, view, query);
}

/** Whether nothing is asked of an image but to be there. */
function isWhole({ filters }: PreparedQuery, expression: string): boolean {
  return (
    expression === "" &&
    Object.values(filters).every((value) => value === undefined || (Array.isArray(value) && value.length === 0))
  );
}

/** What the index is asked of a source to count a query's finds; undefined where it need not be asked. */
export function expressionToCount(query: PreparedQuery): string | undefined {
  if (query.family !== undefined || query.starredOnly) return undefined;
  const expression = matchExpression(query.sought);
  return isWhole(query, expression) ? undefined : expression;
}

// eslint-disable-next-line require-yield
function* only(count: number): Generator<void, number> {
  return count;
}

function fewFinds(found: readonly Found[]): SourceFinds {
  const size = found.length;
  return { any: () => size > 0, size, head: undefined, count: () => only(size), inOrder: () => found };
}

/** The finds that have nothing special, class by class of fit, each in the order of positions. */
function* rest(
  db: Database.Database,
  view: ViewSource,
  query: PreparedQuery,
  { special, isBroad }: { special: ReadonlySet<number>; isBroad: boolean },
): Iterable<Found | undefined> {
  for (const [fit, expression] of fitExpressions(query.sought).entries()) {
    if (expression === undefined) continue;
    const found = { source: view.source, expression, filters: query.filters };
    const positions = isBroad && isBegun(fit) ? findBegun(db, query, fit, found) : findPositions(db, found);
    for (const position of positions) {
      if (position === undefined) yield undefined;
      else if (!special.has(position) && !view.hidden.has(position)) {
        yield { position, fit, starred: false, exact: false, named: false, score: 0 };
      }
    }
  }
}

/** The positions of a class whose words are only begun, in their order, for a query that finds many images. */
function* findBegun(
  db: Database.Database,
  query: PreparedQuery,
  fit: number,
  found: Findable,
): Generator<number | undefined, void> {
  const all = findPositions(db, { ...found, expression: matchExpression(query.sought) });
  let below: number | undefined;
  for (let looks = 0; looks < MAX_LOOKS; looks += LOOKS) {
    const some = yield* pausing(takeNext(all, LOOKS));
    const rows = readAtPositions(db, found.source.id, some).filter((row) => query.fit(foldedFields(row)) === fit);
    yield* rows.map(({ position }) => position).toSorted((a, b) => b - a);
    if (some.length < LOOKS) return;
    below = some.at(-1);
    if (rows.length < LOOKS / 2) break;
  }
  yield* findPositions(db, found, below);
}

/** Both sides are in order. */
function* merge(head: readonly Found[], rest: Iterable<Found | undefined>): Iterable<Found | undefined> {
  let at = 0;
  for (const found of rest) {
    if (found) for (let next = head[at]; next && isBefore(next, found); next = head[++at]) yield next;
    yield found;
  }
  yield* head.slice(at);
}

/** Between equals of one source the position tells. */
function isBefore(a: Found, b: Found): boolean {
  const order = compareRank(a, b);
  return order === 0 ? a.position > b.position : order < 0;
}

function countHidden(db: Database.Database, view: ViewSource, query: PreparedQuery): number {
  const rows = readAtPositions(db, view.source.id, [...view.hidden]);
  return rows.filter((row) => query.finds(row, foldedFields(row))).length;
}

function* takeNext(positions: Iterator<number | undefined>, count: number): Generator<void, number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const { done, value } = positions.next();
    if (done) break;
    if (value === undefined) yield;
    else taken.push(value);
  }
  return taken;
}
