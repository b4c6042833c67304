import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { newestFirstKey } from "../../version-order.ts";
import { bitsOf, countBits } from "../../catalogue/index/bits.ts";
import { orderKey, timeOf, trustOfKey, withdrawnKey } from "../../catalogue/index/indexed-image.ts";
import { compareTexts } from "../../catalogue/index/write-segments.ts";
import {
  type CandidateRow,
  readLatestBuilds,
  readWithId,
  readWithIds,
  readWithName,
  readTie,
  type Tie,
} from "../../catalogue/read/read-candidates.ts";
import { foldedFields } from "../../catalogue/facts/searched-texts.ts";
import { standingOf } from "../../catalogue/facts/standing.ts";
import { variantOf } from "../../catalogue/facts/variant.ts";
import type { SegmentFinds } from "../find/find-in-segment.ts";
import { WORST_FIT } from "../term/fit.ts";
import type { PreparedQuery } from "../term/image-query.ts";
import { isFound, type SourceMatches } from "../find/match-sources.ts";
import { compareRank, type RankKey } from "./rank.ts";
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
  scores: () => ReadonlyMap<number, number>,
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
  return {
    count: segments.reduce((sum, { found }) => sum + countBits(found), 0),
    *inOrder() {
      const special = readSpecial(catalogue, view, query, [...scores().keys()]).filter(({ rowId }) =>
        isFound(segments, rowId),
      );
      const head = sortRows(view, query, special, catalogue, scores);
      const ahead = new Set(head.map(({ rowId }) => rowId));
      yield* merge(catalogue, head, rest(catalogue, segments, ahead));
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

/**
 * The rows whose place must be found one by one, each once: starred ones, exact matches, and the newest builds that MiniSearch
 * knows.
 */
function readSpecial(
  catalogue: Catalogue,
  { source, starred }: ViewSource,
  { term }: PreparedQuery,
  familyIds: readonly number[],
): CandidateRow[] {
  const exact =
    term.whole === "" ? [] : [readWithName, readWithId].flatMap((read) => read(catalogue, source.id, term.whole));
  const rows = [
    ...readWithIds(catalogue, source.id, [...starred]),
    ...exact,
    ...readLatestBuilds(catalogue, source.id, familyIds),
  ];
  return [...new Map(rows.map((row) => [row.rowId, row])).values()];
}

function sortRows(
  view: ViewSource,
  query: PreparedQuery,
  rows: readonly CandidateRow[],
  catalogue: Catalogue,
  scores: () => ReadonlyMap<number, number>,
): Found[] {
  return rows
    .map((row): Found => {
      const isStarred = view.starred.has(row.imageId);
      return { rowId: row.rowId, tie: row, ...rankOf(row, query, isStarred, scores) };
    })
    .toSorted((a, b) => compareFound(catalogue, a, b));
}

/** What the place of a row depends on. */
function rankOf(
  row: CandidateRow,
  query: PreparedQuery,
  starred: boolean,
  scores: () => ReadonlyMap<number, number>,
): RankKey {
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
    score: latest ? (scores().get(row.familyId ?? 0) ?? 0) : 0,
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

/** Documents of one segment, from the next one on. */
interface SegmentHead {
  readonly finds: SegmentFinds;
  readonly docs: Iterator<number>;
  found: Found;
}

/** The finds that have nothing special, class by class of fit, each in the order of keys. */
function* rest(catalogue: Catalogue, segments: readonly SegmentFinds[], ahead: ReadonlySet<number>): Iterable<Found> {
  for (let fit = 0; fit <= WORST_FIT; fit++) {
    const heads: SegmentHead[] = [];
    for (const finds of segments) {
      const docs = finds.inClass(fit)[Symbol.iterator]();
      const found = nextOf(finds, docs, fit);
      if (found) heads.push({ finds, docs, found });
    }
    while (heads.length > 0) {
      let best = 0;
      for (let at = 1; at < heads.length; at++) if (isBefore(catalogue, heads[at], heads[best])) best = at;
      const head = heads[best];
      if (!head) break;
      if (!ahead.has(head.found.rowId)) yield head.found;
      const next = nextOf(head.finds, head.docs, fit);
      if (next) head.found = next;
      else heads.splice(best, 1);
    }
  }
}

function nextOf(
  { open: { segment }, isWithdrawn }: SegmentFinds,
  docs: Iterator<number>,
  fit: number,
): Found | undefined {
  const { done, value: doc } = docs.next();
  if (done) return undefined;
  return {
    rowId: segment.rows.at(doc),
    key: isWithdrawn(doc) ? withdrawnKey(segment.keys.at(doc)) : segment.keys.at(doc),
    fit,
    starred: false,
    exact: false,
    named: false,
    score: 0,
  };
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
