import { type Bits, bitsOf, countOnes, createBits } from "./bits.ts";
import {
  lowerBound,
  NARROW_MASK,
  NARROW_SHIFT,
  type NarrowArray,
  WIDE_MASK,
  WIDE_SHIFT,
  type WideArray,
} from "./paged-array.ts";

/*
 * Posting lists: for each list the documents that it holds, ascending, each with some flags. A list of few documents is a row of
 * gaps (varints, the flags in their lowest bits), a list of many is a bitmap for each mask that may be asked for.
 */

/** Flags of a document in a list: where in the image the text stands. */
export const NAME = 1; // the name or the publisher
export const OTHER = 2; // another text whose words count for the fit
export const LITERAL = 4; // the id or the name

/** A mask asks for documents with one of its flags; this one for all, whatever their flags. */
export const ANYWHERE = 0;

/** How many flag bits a kind of lists keeps: all three, LITERAL alone, or none. */
export type FlagBits = 0 | 1 | 3;

/** The masks that there is a bitmap of, by flag bits. */
export const PLANES: Readonly<Record<FlagBits, readonly number[]>> = {
  0: [ANYWHERE],
  1: [ANYWHERE, LITERAL],
  3: [ANYWHERE, NAME, NAME | OTHER, LITERAL],
};

/** Flags, or a mask, as lists of a kind keep them. */
export function keptFlags(flags: number, flagBits: FlagBits): number {
  return flagBits === 3 ? flags : flagBits === 1 ? flags >> 2 : 0;
}

/** Lists as they are read. */
export interface PostingLists {
  readonly flagBits: FlagBits;
  /** Where each list begins in `bytes`, and the end. */
  readonly starts: WideArray;
  readonly bytes: NarrowArray;
  /** Lists that are bitmaps, ascending. */
  readonly denseIds: WideArray;
  /** As many bitmaps for each of these as there are planes. */
  readonly bitmaps: WideArray;
  /** For each so many lists in a row a bitmap of all their documents; 0: there are none. */
  readonly block: number;
  readonly unions: WideArray;
}

/** Lists that most numbers have none of: list n is of the n-th key. */
export interface KeyedLists {
  readonly keys: WideArray;
  readonly lists: PostingLists;
}

/** Adds to `out` the documents of lists `first` to `last` (excluded) that have a flag of the mask. */
export function addLists(out: Bits, lists: PostingLists, first: number, last: number, mask: number): void {
  if (first >= last) return;
  const { block } = lists;
  if (block === 0 || mask !== ANYWHERE || last - first < 2 * block) return addEach(out, lists, first, last, mask);
  const [from, to] = [Math.ceil(first / block), Math.floor(last / block)];
  addEach(out, lists, first, from * block, mask);
  for (let at = from; at < to; at++) addBitmap(out, lists.unions, at * out.length);
  addEach(out, lists, to * block, last, mask);
}

/** The same of the lists whose keys are from `from` to `to` (excluded). */
export function addKeyed(out: Bits, { keys, lists }: KeyedLists, from: number, to: number, mask: number): void {
  const first = lowerBound(keys, from);
  addLists(out, lists, first, lowerBound(keys, to, first), mask);
}

function addEach(out: Bits, lists: PostingLists, first: number, last: number, mask: number): void {
  const { starts, bytes, flagBits } = lists;
  const wanted = mask === ANYWHERE ? ANY : keptFlags(mask, flagBits);
  let at = starts.at(first);
  let page: Uint8Array = NOTHING;
  let base = -1;
  for (let list = first; list < last; list++) {
    const end = starts.at(list + 1);
    if (at === end) {
      addDense(out, lists, list, mask);
      continue;
    }
    const [from, onPage] = [at & NARROW_MASK, at >>> NARROW_SHIFT];
    if (onPage !== base) page = bytes.page((base = onPage));
    if (from + end - at <= NARROW_MASK + 1) addGaps(out, page, from, from + end - at, flagBits, wanted);
    else addGaps(out, bytes.copy(at, end), 0, end - at, flagBits, wanted);
    at = end;
  }
}

/** Asks for documents with any flags, or none. */
const ANY = -1;

/** Adds the documents of one list. A function by itself: a loop inside other loops is compiled again and again. */
function addGaps(out: Bits, bytes: Uint8Array, from: number, to: number, flagBits: FlagBits, wanted: number): void {
  const isAny = wanted === ANY;
  let doc = 0;
  for (let at = from; at < to; at++) {
    let value = bytes[at]!;
    // Nearly all numbers have one byte.
    if (value > 127) {
      const second = bytes[++at]!;
      value = (value & 127) | ((second & 127) << 7);
      for (let shift = 14, byte = second; byte > 127; shift += 7) {
        byte = bytes[++at]!;
        value |= (byte & 127) << shift;
      }
    }
    doc += value >>> flagBits;
    if (isAny || (value & wanted) !== 0) out[doc >> 5]! |= 1 << (doc & 31);
  }
}

const NOTHING = new Uint8Array(0);

/** A list without bytes is empty or a bitmap. */
function addDense(out: Bits, lists: PostingLists, list: number, mask: number): void {
  const at = denseAt(out, lists, list, mask);
  if (at !== undefined) addBitmap(out, lists.bitmaps, at);
}

/** Where the bitmap of a list and a mask begins. */
function denseAt(out: Bits, { denseIds, flagBits }: PostingLists, list: number, mask: number): number | undefined {
  const dense = lowerBound(denseIds, list);
  if (dense === denseIds.length || denseIds.at(dense) !== list) return undefined;
  return (PLANES[flagBits].length * dense + PLANES[flagBits].indexOf(mask)) * out.length;
}

function addBitmap(out: Bits, bitmaps: WideArray, from: number): void {
  eachRun(out.length, bitmaps, from, (page, start, to, count) => {
    for (let n = 0; n < count; n++) out[to + n]! |= page[start + n]!;
  });
}

/** Visits the documents of a list, in a segment of `size` documents. */
export function eachIn(lists: PostingLists, list: number, size: number, visit: (doc: number) => void): void {
  const { starts, bytes, flagBits } = lists;
  const [from, to] = [starts.at(list), starts.at(list + 1)];
  if (from === to) {
    const bits = createBits(size);
    addDense(bits, lists, list, ANYWHERE);
    for (const doc of bitsOf(bits)) visit(doc);
  }
  let [doc, value, shift] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    const byte = bytes.at(at);
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    visit((doc += value >>> flagBits));
    value = shift = 0;
  }
}

/** How many of the documents of a list are in `found`. */
export function countIn(found: Bits, lists: PostingLists, list: number): number {
  const { starts, bytes, flagBits, bitmaps } = lists;
  let count = 0;
  let [doc, value, shift] = [0, 0, 0];
  const end = starts.at(list + 1);
  for (let at = starts.at(list); at < end; at++) {
    const byte = bytes.at(at);
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    doc += value >>> flagBits;
    count += (found[doc >> 5]! >>> (doc & 31)) & 1;
    value = shift = 0;
  }
  const dense = starts.at(list) === end ? denseAt(found, lists, list, ANYWHERE) : undefined;
  if (dense === undefined) return count;
  eachRun(found.length, bitmaps, dense, (page, start, to, length) => {
    for (let n = 0; n < length; n++) count += countOnes(page[start + n]! & found[to + n]!);
  });
  return count;
}

/** Visits `length` elements of an array from a place on, page by page: where they are on the page, and where among the visited. */
function eachRun(
  length: number,
  array: WideArray,
  from: number,
  visit: (page: Uint32Array, start: number, to: number, count: number) => void,
): void {
  for (let to = 0, at = from; to < length;) {
    const start = at & WIDE_MASK;
    const count = Math.min(length - to, WIDE_MASK + 1 - start);
    visit(array.page(at >>> WIDE_SHIFT), start, to, count);
    to += count;
    at += count;
  }
}

/** Lists of pairs of tokens that share a bitmap: the bitmaps take as much for each document, however many there are. */
export function pairBlock(size: number): number {
  return Math.max(4096, 1 << (31 - Math.clz32(size / 32)));
}
