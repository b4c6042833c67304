import {
  type Bits,
  bitsWithin,
  createBits,
  createFullBits,
  hasBit,
  intersect,
  intersectEither,
  isEmpty,
  setBit,
  subtract,
} from "../../catalogue/index/bits.ts";
import type { Fit } from "../../catalogue/index/find-fits.ts";
import { begunWith } from "../../catalogue/index/find-tokens.ts";
import { trustOfKey } from "../../catalogue/index/indexed-image.ts";
import { type DoubleArray, lowerBound } from "../../catalogue/index/paged-array.ts";
import { addLists, ANYWHERE, LITERAL } from "../../catalogue/index/posting-lists.ts";
import type { Segment } from "../../catalogue/index/segment.ts";
import { docOfRow, type LiveSegment } from "../../catalogue/index/segments.ts";
import type { Filters, PreparedQuery } from "../term/image-query.ts";
import type { Term } from "../term/parse-term.ts";
import type { SearchIndex } from "./search-index.ts";
import { WORST_FIT } from "../term/fit.ts";
import { once } from "../../once.ts";
import { findTermWord, type TermWordFinds } from "./find-term-word.ts";
import { deprecatedIn, documentsWith, withdrawnIn } from "../answer/withdrawn.ts";

/** The matches of a query in a segment. */
export interface SegmentFinds {
  readonly open: LiveSegment;
  /** The documents that are found. */
  readonly found: Bits;
  /** Begins to read the matches class by class of fit; see fit.ts. */
  byClass(): ReadClass;
  /** Whether a document is not offered at the time of the query. */
  isWithdrawn(doc: number): boolean;
}

/** The matches of a class, best first; undefined where there are none. Ask for classes in their order, and read each to its end. */
export type ReadClass = (fit: number) => Iterable<number> | undefined;

/** Looks a query up; `hidden`: rows that another source shows. */
export function findInSegment(
  index: SearchIndex,
  open: LiveSegment,
  { term, filters, now }: PreparedQuery,
  hidden: ReadonlySet<number>,
): SegmentFinds {
  const { segment } = open;
  const mask = filters.literal === undefined ? ANYWHERE : LITERAL;
  const found = open.living.slice();
  if (hidden.size > 0) subtract(found, documentsOf(segment, hidden));
  const fits: TermWordFinds["fits"][number][] = [];
  for (const word of term.words) {
    if (isEmpty(found)) break;
    const finds = findTermWord(index, open, word, { mask, isGiven: filters.given });
    intersect(found, finds.match);
    fits.push(...finds.fits);
  }
  if (!isEmpty(found)) for (const filter of filterBits(segment, filters)) intersect(found, filter);
  if (filters.without) subtract(found, matchesOf(index, open, filters.without, filters));
  if (filters.deprecated === true) intersect(found, deprecatedIn(segment, now));
  if (filters.deprecated === false) subtract(found, deprecatedIn(segment, now));
  if (filters.leavesHiddenOut) subtract(found, documentsWith(segment, "hidden", ["true"]));
  return {
    open,
    found,
    isWithdrawn: (doc) => hasBit(withdrawnIn(segment, now), doc),
    byClass() {
      const left = once(() => found.slice());
      const versions = once(() => term.versions.map((version) => ofVersion(segment, version)));
      return (fit) => readClass({ segment, term, fits, now, versions }, left, fit);
    },
  };
}

interface Fitting {
  readonly segment: Segment;
  readonly term: Term;
  /** How each run of words fits. */
  readonly fits: TermWordFinds["fits"];
  readonly now: number;
  /** The documents of each version that the term asks for. */
  readonly versions: () => readonly Bits[];
}

/** `left`: the matches of no better class. */
function readClass(
  { segment, term, fits, now, versions }: Fitting,
  left: () => Bits,
  fit: number,
): Iterable<number> | undefined {
  const [kind, isOther] = [fit >> 1, fit % 2 === 1];
  if (isOther && term.versions.length === 0) return undefined;
  if (isEmpty(left())) return undefined;
  if (isLikeBetter(fits, kind)) return undefined;
  const asked = kind < WORST_FIT >> 1 ? fits.flatMap((ways) => ways[kind]?.() ?? []) : [];
  const bits = left().slice();
  for (const way of asked) {
    if (way.others) intersectEither(bits, way.bits, way.others);
    else intersect(bits, way.bits);
  }
  if (!isOther) for (const version of versions()) intersect(bits, version);
  if (isEmpty(bits)) return undefined;
  subtract(left(), bits);
  const ordered = inOrder(segment, bits, withdrawnIn(segment, now));
  return asked.length === 0 ? ordered : thoseWith(asked, ordered, left());
}

/** Whether a better kind has all matches of this one. */
function isLikeBetter(fits: TermWordFinds["fits"], kind: number): boolean {
  if (fits.length === 0) return false;
  for (let better = 0; better < kind; better++)
    if (fits.every((ways) => ways[kind] !== undefined && ways[kind] === ways[better])) return true;
  return false;
}

/** The documents that all ways hold; the others go back to what is left. */
function* thoseWith(ways: readonly Fit[], docs: Iterable<number>, left: Bits): Generator<number, void> {
  for (const doc of docs) {
    if (ways.every(({ holds }) => holds(doc))) yield doc;
    else setBit(left, doc);
  }
}

/** The documents that have all words of a `without` term. */
function matchesOf(index: SearchIndex, open: LiveSegment, { words }: Term, { given, isLiteral }: Filters): Bits {
  const matches = createFullBits(open.segment.size);
  const where = { mask: isLiteral ? LITERAL : ANYWHERE, isGiven: given };
  for (const word of words) intersect(matches, findTermWord(index, open, word, where).match);
  return matches;
}

const hiddenDocuments = new WeakMap<Segment, WeakMap<ReadonlySet<number>, Bits>>();
/** The documents of rows; remembered as long as both exist, since hidden rows stay the same until a commit. */
function documentsOf(segment: Segment, rows: ReadonlySet<number>): Bits {
  let ofSegment = hiddenDocuments.get(segment);
  if (!ofSegment) hiddenDocuments.set(segment, (ofSegment = new WeakMap()));
  const known = ofSegment.get(rows);
  if (known) return known;
  const bits = createBits(segment.size);
  for (const row of rows) {
    const doc = docOfRow(segment, row);
    if (doc !== undefined) setBit(bits, doc);
  }
  ofSegment.set(rows, bits);
  return bits;
}

/** For each filter that is set, the documents that pass it. */
function filterBits(segment: Segment, filters: Filters): Bits[] {
  const passed = filters.values.map(({ name, values }) => documentsWith(segment, name, values));
  const { createdAfter: after, createdBefore: before } = filters;
  if (after !== undefined) passed.push(withTime(segment.created, (time) => time >= after));
  if (before !== undefined) passed.push(withTime(segment.created, (time) => time < before));
  return passed;
}

/** NaN stands for no time; no comparison with it holds. */
function withTime(times: DoubleArray, passes: (time: number) => boolean): Bits {
  const bits = createBits(times.length);
  for (let doc = 0; doc < times.length; doc++) if (passes(times.at(doc))) setBit(bits, doc);
  return bits;
}

/** The documents of this version, or of one that it begins. */
function ofVersion(segment: Segment, version: string): Bits {
  const bits = documentsWith(segment, "version", [version]);
  addLists(bits, segment.valueLists, ...begunWith(segment.values, `version=${version}.`), ANYWHERE);
  return bits;
}

/** Documents in the order of keys; within each degree of trust, withdrawn ones come last. */
function* inOrder(segment: Segment, bits: Bits, withdrawn: Bits): Generator<number, void> {
  let from = 0;
  for (const to of trustEnds(segment)) {
    yield* bitsWithin(bits, from, to, { but: withdrawn });
    yield* bitsWithin(bits, from, to, { only: withdrawn });
    from = to;
  }
}

const ends = new WeakMap<Segment, readonly number[]>();

/** Where the documents of each degree of trust end, the most trusted first. */
function trustEnds(segment: Segment): readonly number[] {
  let known = ends.get(segment);
  if (!known) {
    const { keys, size } = segment;
    const distrust = { length: size, at: (doc: number): number => -trustOfKey(keys.at(doc)) };
    let end = 0;
    const trusted = TRUSTED.map((trust) => {
      // Mostly there are none of some degree: a look at one key tells.
      if (end < size && trustOfKey(keys.at(end)) >= trust) end = lowerBound(distrust, 1 - trust, end);
      return end;
    });
    known = [...trusted, size];
    ends.set(segment, known);
  }
  return known;
}

/** Degrees of trust but for the last, 0; see trustOfKey. */
const TRUSTED = [3, 2, 1];
