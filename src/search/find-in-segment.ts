import {
  type Bits,
  bitsOf,
  clearBit,
  createBits,
  createFullBits,
  intersect,
  isEmpty,
  setBit,
  subtract,
  unite,
} from "../catalogue/index/bits.ts";
import { begunWith } from "../catalogue/index/find-tokens.ts";
import { type ValueName, valuePrefix } from "../catalogue/index/indexed-image.ts";
import type { DoubleArray } from "../catalogue/index/paged-array.ts";
import { addLists, ANYWHERE, LITERAL } from "../catalogue/index/posting-lists.ts";
import type { Segment } from "../catalogue/index/segment.ts";
import { docOfRow, type LiveSegment } from "../catalogue/index/segments.ts";
import type { Filters, PreparedQuery } from "./image-query.ts";
import type { Term } from "./parse-term.ts";
import type { SearchIndex } from "./search-index.ts";
import { WORST_FIT } from "./fit.ts";
import { findTermWord, type TermWordFinds } from "./find-term-word.ts";

/** What a segment holds of a query. */
export interface SegmentFinds {
  readonly open: LiveSegment;
  /** The documents that are found. */
  readonly found: Bits;
  /** Those of a class of fit, best first. Each class must be read before the next, to its end or not at all. */
  inClass(fit: number): Iterable<number>;
}

/** Looks a query up; `hidden` are rows that are found elsewhere. */
export function findInSegment(
  index: SearchIndex,
  open: LiveSegment,
  { term, filters }: PreparedQuery,
  hidden: ReadonlySet<number>,
): SegmentFinds {
  const { segment } = open;
  const mask = filters.literal === undefined ? ANYWHERE : LITERAL;
  const found = subtract(open.living.slice(), documentsOf(segment, hidden));
  const fits: TermWordFinds["fits"][number][] = [];
  for (const word of term.words) {
    if (isEmpty(found)) break;
    const finds = findTermWord(index, open, word, { mask, isGiven: filters.given });
    intersect(found, finds.match);
    fits.push(...finds.fits);
  }
  if (!isEmpty(found)) for (const filter of filterBits(segment, filters)) intersect(found, filter);
  if (filters.without) subtract(found, matchesOf(index, open, filters.without, filters));
  const better = createBits(segment.size);
  return {
    open,
    found,
    *inClass(fit) {
      const bits = subtract(found.slice(), better);
      if (isEmpty(bits)) return;
      const asked = fit < WORST_FIT ? fits.flatMap((ways) => ways[fit]?.() ?? []) : [];
      for (const way of asked) intersect(bits, way.bits);
      unite(better, bits);
      for (const doc of bitsOf(bits)) {
        if (asked.every(({ holds }) => holds(doc))) yield doc;
        else clearBit(better, doc);
      }
    },
  };
}

/** The documents that have all words of a term which leaves images out. */
function matchesOf(index: SearchIndex, open: LiveSegment, { words }: Term, { given, isLiteral }: Filters): Bits {
  const matches = createFullBits(open.segment.size);
  const where = { mask: isLiteral ? LITERAL : ANYWHERE, isGiven: given };
  for (const word of words) intersect(matches, findTermWord(index, open, word, where).match);
  return matches;
}

const hiddenDocuments = new WeakMap<Segment, WeakMap<ReadonlySet<number>, Bits>>();
const NONE: ReadonlySet<number> = new Set();

/** The documents of rows; remembered as long as both are, since rows that are hidden stay the same until a commit. */
function documentsOf(segment: Segment, rows: ReadonlySet<number> = NONE): Bits {
  if (rows.size === 0) return createBits(segment.size);
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
  const passed = filters.values.map(({ name, values }) => withValues(segment, name, values));
  if (filters.latest) passed.push(withValues(segment, "latest", ["true"]));
  const { createdAfter: after, createdBefore: before, deprecated } = filters;
  if (after !== undefined) passed.push(withTime(segment.created, (time) => time >= after));
  if (before !== undefined) passed.push(withTime(segment.created, (time) => time < before));
  if (deprecated) passed.push(withTime(segment.deprecated, (time) => time <= deprecated.now === deprecated.is));
  return passed;
}

function withValues(segment: Segment, name: ValueName, folded: readonly string[]): Bits {
  const bits = createBits(segment.size);
  for (const value of folded)
    addLists(bits, segment.valueLists, ...begunWith(segment.values, valuePrefix(name, value)), ANYWHERE);
  return bits;
}

/** NaN stands for no time, with which no comparison holds. */
function withTime(times: DoubleArray, passes: (time: number) => boolean): Bits {
  const bits = createBits(times.length);
  for (let doc = 0; doc < times.length; doc++) if (passes(times.at(doc))) setBit(bits, doc);
  return bits;
}
