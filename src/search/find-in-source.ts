import type Database from "better-sqlite3";
import type { Source } from "../catalogue/backends.ts";
import { countInSlices, findPositions, fitExpressions, matchExpression } from "../catalogue/find-positions.ts";
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
import { atOnce } from "./in-turns.ts";
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
  /** Every find once, in the order of answers, no more of them worked out than are asked for. */
  inOrder(): Iterable<Found>;
}

/** Images that are counted in one step, which takes some milliseconds. */
const SLICE = 65_536;

/*
 * For a word that is only begun, FTS5 gathers all that begin so before it yields the first. Of a broad one that is being
 * typed nearly all finds are of the same class: as long as half of them are, a look at one after the other is faster.
 */
const MIN_BROAD = 32_000;
const LOOKS = 16;
const MAX_LOOKS = 64;

/**
 * Looks a query up in one source. `scores` asks MiniSearch, by family id. Up to `sortedFinds` finds are looked at
 * one by one and sorted; of more, the index yields the same order piece by piece.
 */
export function findInSource(
  db: Database.Database,
  view: ViewSource,
  query: PreparedQuery,
  scores: () => ReadonlyMap<number, number>,
  sortedFinds: number,
  known?: KnownFinds,
): SourceFinds {
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
        age: { createdAt: row.createdAt ?? "", imageId: row.imageId },
      };
    });
  const sorted = (rows: readonly CandidateRow[]): Found[] =>
    lookAt(rows).toSorted((a, b) => compareRank(a, b) || compareAge(a.age, b.age));

  if (query.family !== undefined) {
    const rows = readFamily(db, sourceId, query.family);
    return fewFinds(sorted(query.starredOnly ? rows.filter(({ imageId }) => view.starred.has(imageId)) : rows));
  }
  if (query.starredOnly) return fewFinds(sorted(readWithIds(db, sourceId, [...view.starred])));
  const expression = matchExpression(query.sought);
  if (known === undefined || known.count <= sortedFinds) {
    const first = take(findPositions(db, sourceId, expression, query.filters), sortedFinds + 1);
    if (first.length <= sortedFinds) return fewFinds(sorted(readAtPositions(db, sourceId, first)));
  }

  const count = (inIndex?: number): Generator<void, number> => countFinds(db, view, query, { expression, inIndex });
  let head = known?.head;
  return {
    // Unless all that were looked at may be hidden, one of them is found.
    any: () => sortedFinds >= view.hidden.size || atOnce(count()) > 0,
    size: known?.count,
    get head() {
      return head;
    },
    count,
    *inOrder() {
      head ??= sorted(readSpecial(db, view, query, [...scores().keys()]));
      yield* merge(head, rest(db, view, query, new Set(head.map(({ position }) => position))));
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
  { expression, inIndex }: { expression: string; inIndex: number | undefined },
): Generator<void, number> {
  let all = isWhole(query, expression) ? view.source.imageCount : inIndex;
  all ??= yield* countInSlices(db, { source: view.source, expression, filters: query.filters }, SLICE);
  return all - countHidden(db, view, query);
}

/** Whether nothing is asked of an image but to be there. */
function isWhole({ filters }: PreparedQuery, expression: string): boolean {
  return expression === "" && Object.values(filters).every((value) => value === undefined);
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
  special: ReadonlySet<number>,
): Iterable<Found> {
  for (const [fit, expression] of fitExpressions(query.sought).entries()) {
    if (expression === undefined) continue;
    for (const position of findClass(db, view.source, query, { fit, expression })) {
      if (special.has(position) || view.hidden.has(position)) continue;
      yield { position, fit, starred: false, exact: false, named: false, score: 0 };
    }
  }
}

/** The positions of one class of fit, in their order. */
function* findClass(
  db: Database.Database,
  { id: sourceId, imageCount }: Source,
  query: PreparedQuery,
  { fit, expression }: { fit: number; expression: string },
): Iterable<number> {
  let below: number | undefined;
  if (isBegun(fit)) {
    const first = take(findPositions(db, sourceId, matchExpression(query.sought), query.filters), MAX_LOOKS);
    const looks = estimateCount(first, imageCount) < MIN_BROAD ? 0 : first.length;
    for (let at = 0; at < looks; at += LOOKS) {
      const some = first.slice(at, at + LOOKS);
      const rows = readAtPositions(db, sourceId, some).filter((row) => query.fit(foldedFields(row)) === fit);
      below = some.at(-1);
      yield* rows.map(({ position }) => position).toSorted((a, b) => b - a);
      if (rows.length < LOOKS / 2) break;
    }
  }
  yield* findPositions(db, sourceId, expression, query.filters, below);
}

/** Both sides are in order. */
function* merge(head: readonly Found[], rest: Iterable<Found>): Iterable<Found> {
  let at = 0;
  for (const found of rest) {
    for (let next = head[at]; next && isBefore(next, found); next = head[++at]) yield next;
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

function take(positions: Iterable<number>, count: number): number[] {
  const taken: number[] = [];
  for (const position of positions) {
    taken.push(position);
    if (taken.length === count) break;
  }
  return taken;
}
