import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { newestFirstKey } from "../../version-order.ts";
import { bitsOf, countBits, isEmpty } from "../../catalogue/index/bits.ts";
import { orderKey, standingOfKey, timeOf, trustOfKey, withdrawnKey } from "../../catalogue/index/indexed-image.ts";
import { compareTexts } from "../../catalogue/index/write-segments.ts";
import {
  type CandidateRow,
  readWithId,
  readWithIds,
  readWithName,
  readTie,
  type Tie,
} from "../../catalogue/read/read-candidates.ts";
import { foldedFields } from "../../catalogue/facts/searched-texts.ts";
import { isNewestStanding, standingOf } from "../../catalogue/facts/standing.ts";
import { variantOf } from "../../catalogue/facts/variant.ts";
import { once } from "../../once.ts";
import type { SegmentFinds } from "../find/find-in-segment.ts";
import { WORST_FIT } from "../term/fit.ts";
import type { PreparedQuery } from "../term/image-query.ts";
import { isFound, isShown, type SourceMatches } from "../find/match-sources.ts";
import { compareRank, type RankKey, scoreOf, type Scores } from "./rank.ts";
import type { ViewSource } from "../find/view.ts";
import { isOffered } from "./withdrawn.ts";

/** A match in a source, with what its place depends on. */
export interface Found extends RankKey {
  readonly rowId: number;
  /** Known for matches that were examined one by one. */
  readonly tie?: Tie;
}

/** The matches of one source, at one state of the database. */
export interface SourceFinds {
  readonly count: number;
  /** Every match once, in the order of answers; works out no more of them than are read. */
  inOrder(): Iterable<Found>;
  /** Every find once, in any order. */
  all(): Iterable<PlainFind>;
}

/** A find without its place. */
export interface PlainFind {
  readonly rowId: number;
  readonly starred: boolean;
  /** Milliseconds; null when unknown. */
  readonly created: number | null;
}

/** Orders the matches of a source as answers do. `scores`: MiniSearch's scores by family id. */
export function orderMatches(
  catalogue: Catalogue,
  view: ViewSource,
  query: PreparedQuery,
  { rows, segments }: SourceMatches,
  scores: Scores,
): SourceFinds {
  if (rows)
    return {
      count: rows.length,
      inOrder: () => sortRows(view, query, rows, catalogue, scores),
      all: () =>
        rows.map(({ rowId, imageId, createdAt }) => ({
          rowId,
          starred: view.starred.has(imageId),
          created: timeOf(createdAt),
        })),
    };
  const head = once(() => {
    const special = readSpecial(catalogue, view, query).filter((row) =>
      // Which document a row is lies all over the index; only among documents is known which is the newest that passes.
      query.latest === undefined ? isShown(row, view, query) : isFound(segments, row.rowId),
    );
    return sortRows(view, query, special, catalogue, scores);
  });
  return {
    count: segments.reduce((sum, { found }) => sum + countBits(found), 0),
    *inOrder() {
      const ahead = new Set(head().map(({ rowId }) => rowId));
      yield* merge(catalogue, head(), rest(catalogue, segments, ahead, scores));
    },
    all: () => plainFinds(catalogue, view, segments),
  };
}

function* plainFinds(
  catalogue: Catalogue,
  { source, starred }: ViewSource,
  segments: readonly SegmentFinds[],
): Generator<PlainFind, void> {
  const starredRows = new Set(readWithIds(catalogue, source.id, [...starred]).map(({ rowId }) => rowId));
  for (const { open, found } of segments) {
    const { rows, created } = open.segment;
    for (const doc of bitsOf(found)) {
      const [rowId, time] = [rows.at(doc), created.at(doc)];
      yield { rowId, starred: starredRows.has(rowId), created: Number.isNaN(time) ? null : time };
    }
  }
}

/** The rows whose place must be found one by one, each once: starred ones and exact matches. */
function readSpecial(catalogue: Catalogue, { source, starred }: ViewSource, { term }: PreparedQuery): CandidateRow[] {
  const exact =
    term.whole === "" ? [] : [readWithName, readWithId].flatMap((read) => read(catalogue, source.id, term.whole));
  const rows = [...readWithIds(catalogue, source.id, [...starred]), ...exact];
  return [...new Map(rows.map((row) => [row.rowId, row])).values()];
}

function sortRows(
  view: ViewSource,
  query: PreparedQuery,
  rows: readonly CandidateRow[],
  catalogue: Catalogue,
  scores: Scores,
): Found[] {
  return rows
    .map((row): Found => {
      const isStarred = view.starred.has(row.imageId);
      return { rowId: row.rowId, tie: row, ...rankOf(row, query, isStarred, scores) };
    })
    .toSorted((a, b) => compareFound(catalogue, a, b));
}

/** What the place of a row depends on. */
function rankOf(row: CandidateRow, query: PreparedQuery, starred: boolean, scores: Scores): RankKey {
  const fields = foldedFields(row);
  const named = query.isNamed(fields);
  const latest = row.latest === 1;
  const standing = standingOf({ ...row, isOffered: isOffered(row, query.now), variant: variantOf(row), latest });
  const key = orderKey(standing, timeOf(row.orderedAt));
  return {
    key,
    starred,
    exact: query.isExact(row) || (named && trustOfKey(key) > 0),
    named,
    fit: query.fit(row, fields),
    family: latest ? (row.familyId ?? 0) : 0,
    scores,
  };
}

/** The order of answers: of equals the newer version first, then the smaller id. */
export function compareFound(catalogue: Catalogue, a: Found, b: Found): number {
  const order = compareRank(a, b);
  if (order !== 0) return order;
  const [one, other] = [tieOf(catalogue, a), tieOf(catalogue, b)];
  return compareTexts(one.version, other.version) || compareTexts(one.imageId, other.imageId);
}

const ties = new WeakMap<Found, { readonly version: string; readonly imageId: string }>();

function tieOf(catalogue: Catalogue, found: Found): { readonly version: string; readonly imageId: string } {
  const known = ties.get(found);
  if (known) return known;
  const { name, imageId } = found.tie ?? readTie(catalogue, found.rowId);
  const tie = { version: newestFirstKey(name), imageId };
  ties.set(found, tie);
  return tie;
}

/** Finds of one segment, from the next one on. */
interface SegmentHead {
  readonly others: Iterator<Found>;
  found: Found;
}

/** The finds that have nothing special, class by class of fit, each in the order of keys. */
function* rest(
  catalogue: Catalogue,
  segments: readonly SegmentFinds[],
  ahead: ReadonlySet<number>,
  scores: Scores,
): Iterable<Found> {
  const readers = segments.filter(({ found }) => !isEmpty(found)).map((finds) => ({ finds, read: finds.byClass() }));
  for (let fit = 0; fit <= WORST_FIT; fit++) {
    const heads: SegmentHead[] = [];
    for (const { finds, read } of readers) {
      const docs = read(fit);
      if (!docs) continue;
      const others = inRank(finds, docs, fit, scores);
      const { done, value: found } = others.next();
      if (!done) heads.push({ others, found });
    }
    while (heads.length > 0) {
      let best = 0;
      for (let at = 1; at < heads.length; at++) if (isBefore(catalogue, heads[at], heads[best])) best = at;
      const head = heads[best];
      if (!head) break;
      if (!ahead.has(head.found.rowId)) yield head.found;
      const { done, value: next } = head.others.next();
      if (done) heads.splice(best, 1);
      else head.found = next;
    }
  }
}

/** A class of fit in the order of answers: documents come by their keys; of equal newest builds, those with a score first. */
function* inRank(finds: SegmentFinds, docs: Iterable<number>, fit: number, scores: Scores): Generator<Found, void> {
  const { keys, rows, families } = finds.open.segment;
  const place = (doc: number, key: number, family: number): Found => {
    return { rowId: rows.at(doc), key, fit, starred: false, exact: false, named: false, family, scores };
  };
  let equalKey = Number.NaN;
  let equals: number[] = [];
  function* placeEquals(): Generator<Found, void> {
    const docs = equals;
    equals = [];
    if (docs.length === 1) return yield place(docs[0]!, equalKey, families.at(docs[0]!));
    const scored: Found[] = [];
    const others: number[] = [];
    for (const doc of docs) {
      if ((scores().get(families.at(doc)) ?? 0) > 0) scored.push(place(doc, equalKey, families.at(doc)));
      else others.push(doc);
    }
    yield* scored.toSorted((a, b) => scoreOf(b) - scoreOf(a));
    for (const doc of others) yield place(doc, equalKey, 0);
  }
  for (const doc of docs) {
    const key = finds.isWithdrawn(doc) ? withdrawnKey(keys.at(doc)) : keys.at(doc);
    if (key !== equalKey && equals.length > 0) yield* placeEquals();
    equalKey = key;
    if (isNewestStanding(standingOfKey(key))) equals.push(doc);
    else yield place(doc, key, 0);
  }
  if (equals.length > 0) yield* placeEquals();
}

function isBefore(catalogue: Catalogue, a: SegmentHead | undefined, b: SegmentHead | undefined): boolean {
  return a !== undefined && b !== undefined && compareFound(catalogue, a.found, b.found) < 0;
}

/** Both sides are in order. */
function* merge(catalogue: Catalogue, head: readonly Found[], others: Iterable<Found>): Iterable<Found> {
  let at = 0;
  for (const found of others) {
    for (let next = head[at]; next && compareFound(catalogue, next, found) < 0; next = head[++at]) yield next;
    yield found;
  }
  yield* head.slice(at);
}
