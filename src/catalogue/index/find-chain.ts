import { type Bits, bitsOf, clearBit, countBits, createBits, intersect, subtract } from "./bits.ts";
import { flagsIn, TEXT_END, tokenIn } from "./build-sequences.ts";
import {
  countEnding,
  endTest,
  endTokens,
  exactToken,
  isInRanges,
  lastTokens,
  type Ranges,
  separatorsOf,
} from "./find-tokens.ts";
import { END, isExactLetter, jointOf, letterAt, type WordPiece } from "./letters.ts";
import { lowerBound, NARROW_MASK, NARROW_SHIFT, type WideArray } from "./paged-array.ts";
import { addKeyed, addLists, ANYWHERE, type KeyedLists, LITERAL } from "./posting-lists.ts";
import type { Segment } from "./segment.ts";

/** The documents with a text of several pieces: each two neighbours stand in the list of a pair of tokens. */
export function findChain(segment: Segment, pieces: readonly WordPiece[], mask: number): Bits {
  const [first, second, ...others] = pieces;
  if (!first || !second) throw new Error("a chain has two pieces at least");
  if (others.length === 0) return findJoint(segment, first, second, mask) ?? findPairs(segment, pieces, mask);
  return findPairs(segment, pieces, mask);
}

/** A separator with one letter after it, and one or none before it; undefined where other ways must be gone. */
function findJoint(
  segment: Segment,
  first: WordPiece,
  { word: last, separator }: WordPiece,
  mask: number,
): Bits | undefined {
  if (first.word.length > 1 || last.length !== 1 || separator !== "" || segment.joints.keys.length === 0)
    return undefined;
  const [before, after] = [letterAt(first.word, 0), letterAt(last, 0)];
  if (!isExactLetter(after) || before > END) return undefined;
  const found = createBits(segment.size);
  const isLeft = leftSeparatorTest(first);
  separatorsOf(segment).forEach((each, at) => {
    if (!isLeft(each)) return;
    const [low, high] = before === END ? [0, END] : [before, before];
    addKeyed(found, segment.joints, jointOf(at, after, low), jointOf(at, after, high) + 1, mask);
  });
  return found;
}

function findPairs(segment: Segment, pieces: readonly WordPiece[], mask: number): Bits {
  const nothing = createBits(segment.size);
  const middles: number[] = [];
  for (const piece of pieces.slice(1, -1)) {
    const token = exactToken(segment, piece);
    if (token === undefined) return nothing;
    middles.push(token);
  }
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  const ends = lastTokens(segment, last);
  if (ends.length === 0) return nothing;
  const [second] = middles;
  const found = findFirstPair(segment, first, second === undefined ? ends : [second, second + 1], mask);
  if (second === undefined) return found;
  middles.forEach((left, at) => {
    const right = middles[at + 1];
    const bits = createBits(segment.size);
    addPairs(bits, segment, left, right === undefined ? ends : [right, right + 1], mask);
    intersect(found, bits);
  });
  return settleDoubts(segment, found, { first, isLeft: leftTest(segment, first), middles, ends, mask });
}

/** The documents with the first two pieces of a chain, looked up from the side that has less to look at. */
function findFirstPair(segment: Segment, first: WordPiece, second: Ranges, mask: number): Bits {
  const found = createBits(segment.size);
  const { secondStarts, bySecond, firstBefore, pairLists } = segment;
  if (first.word !== "" && countPairsBefore(secondStarts, second) >= 3 * countEnding(segment, first.word)) {
    for (const left of endTokens(segment, first.word, leftSeparatorTest(first)))
      addPairs(found, segment, left, second, mask);
    return found;
  }
  const isLeft = leftTest(segment, first);
  for (let range = 0; range < second.length; range += 2) {
    const to = secondStarts.at(second[range + 1]! + 1);
    for (let at = secondStarts.at(second[range]! + 1); at < to; at++)
      if (isLeft(firstBefore.at(at))) addLists(found, pairLists, bySecond.at(at), bySecond.at(at) + 1, mask);
  }
  return found;
}

function countPairsBefore(secondStarts: WideArray, ranges: Ranges): number {
  let sum = 0;
  for (let range = 0; range < ranges.length; range += 2)
    sum += secondStarts.at(ranges[range + 1]! + 1) - secondStarts.at(ranges[range]! + 1);
  return sum;
}

/** Whether a separator is what stands after the first piece: all of it, or its end where the chain begins with it. */
function leftSeparatorTest({ word, separator }: WordPiece): (each: string) => boolean {
  return (each) => (word === "" ? each.endsWith(separator) : each === separator);
}

/** Whether a token may stand at a chain's beginning. */
function leftTest(segment: Segment, piece: WordPiece): (token: number) => boolean {
  const isGood = separatorsOf(segment).map(leftSeparatorTest(piece));
  const endsSo = piece.word === "" ? undefined : endTest(segment, piece.word);
  const { separatorOfToken, wordOfToken } = segment;
  return (token) => isGood[separatorOfToken.at(token)]! && (!endsSo || endsSo(wordOfToken.at(token)));
}

/** Adds the documents with this token and one of the ranges right after it. */
export function addPairs(out: Bits, segment: Segment, left: number, ranges: Ranges, mask: number): void {
  const { seconds, firstPairs, pairLists } = segment;
  const [low, high] = [firstPairs.at(left), firstPairs.at(left + 1)];
  for (let range = 0; range < ranges.length; range += 2) {
    const from = placeAmong(seconds, ranges[range]! + 1, low, high);
    const to = placeAmong(seconds, ranges[range + 1]! + 1, from, high);
    addLists(out, pairLists, from, to, mask);
  }
}

/** As lowerBound. Most tokens have one or two successors. */
function placeAmong(seconds: WideArray, value: number, low: number, high: number): number {
  if (high - low > 8) return lowerBound(seconds, value, low, high);
  let at = low;
  while (at < high && seconds.at(at) < value) at++;
  return at;
}

interface Chain {
  readonly first: WordPiece;
  readonly isLeft: (token: number) => boolean;
  readonly middles: readonly number[];
  readonly ends: Ranges;
  readonly mask: number;
}

/** The pairs are of one chain unless a middle token stands in the document twice: then its tokens in order tell. */
function settleDoubts(segment: Segment, found: Bits, chain: Chain): Bits {
  const doubtful = intersect(repeatsOf(segment, segment.tokenRepeats, chain.middles), found);
  for (const mask of [ANYWHERE, LITERAL])
    if (isWorthSettling(segment, chain.middles, doubtful)) subtract(doubtful, surelyHolding(segment, chain, mask));
  const isChain = endTestOf(chain);
  for (const doc of bitsOf(doubtful)) if (!readSequence(segment, doc, isChain).isEnough) clearBit(found, doc);
  return found;
}

/** So many lists are read sooner than the tokens of a document, which lie anywhere. */
const LISTS_A_DOCUMENT = 16;

function isWorthSettling({ firstPairs }: Segment, middles: readonly number[], doubtful: Bits): boolean {
  const lists = middles.reduce((sum, middle) => sum + firstPairs.at(middle + 1) - firstPairs.at(middle), 0);
  return lists < LISTS_A_DOCUMENT * countBits(doubtful);
}

/**
 * Documents with the first pair of a chain in a text of the mask, where nothing but the chain's next token follows any of its
 * middles in such texts: they hold all of it.
 */
function surelyHolding(segment: Segment, { first, middles, ends, mask: asked }: Chain, mask: number): Bits {
  const { seconds, firstPairs, pairLists } = segment;
  const [second = 0] = middles;
  const sure = findFirstPair(segment, first, [second, second + 1], asked === ANYWHERE ? mask : asked);
  const otherwise = createBits(segment.size);
  middles.forEach((middle, place) => {
    const next = middles[place + 1];
    const ranges = next === undefined ? ends : [next, next + 1];
    const high = firstPairs.at(middle + 1);
    let from = firstPairs.at(middle);
    for (let range = 0; range < ranges.length; range += 2) {
      const to = placeAmong(seconds, ranges[range]! + 1, from, high);
      addLists(otherwise, pairLists, from, to, mask);
      from = placeAmong(seconds, ranges[range + 1]! + 1, to, high);
    }
    addLists(otherwise, pairLists, from, high, mask);
  });
  return subtract(sure, otherwise);
}

/** Asked while a sequence is read: whether its tokens so far, in `written`, end with the chain. */
function endTestOf({ isLeft, middles, ends, mask }: Chain): (length: number) => boolean {
  const last = middles.at(-1);
  return (length) => {
    let at = length - 2;
    // Asked of each token: most are ruled out by the one before it.
    if (at < middles.length || tokenIn(written[at]!) !== last) return false;
    for (let n = middles.length - 2; n >= 0; n--) if (tokenIn(written[--at]!) !== middles[n]) return false;
    const left = tokenIn(written[at - 1]!);
    if (left === TEXT_END || (mask !== ANYWHERE && (flagsIn(written[at]!) & mask) === 0) || !isLeft(left)) return false;
    return isInRanges(ends, tokenIn(written[length - 1]!));
  };
}

/** Documents that hold one of these twice. */
export function repeatsOf(segment: Segment, repeats: KeyedLists, of: readonly number[]): Bits {
  const found = createBits(segment.size);
  for (const each of of) addKeyed(found, repeats, each, each + 1, ANYWHERE);
  return found;
}

/** A document's tokens in order, with the flags of each, as they were written; see tokenIn and flagsIn. */
interface Sequence {
  readonly written: Uint32Array;
  readonly length: number;
  /** Whether reading ended because of that. */
  readonly isEnough: boolean;
}

// Read again and again, thousands for a question.
let written = new Uint32Array(1 << 10);

/** Reads until `isEnough` says so of how many were read, or to the end. The sequence is good until the next one is read. */
export function readSequence(
  { sequenceStarts, sequenceBytes }: Segment,
  doc: number,
  isEnough?: (length: number) => boolean,
): Sequence {
  const to = sequenceStarts.at(doc + 1);
  let [at, length, value, shift] = [sequenceStarts.at(doc), 0, 0, 0];
  if (written.length < to - at) written = new Uint32Array(2 * (to - at));
  while (at < to) {
    const page = sequenceBytes.page(at >>> NARROW_SHIFT);
    const end = Math.min(to, ((at >>> NARROW_SHIFT) + 1) * (NARROW_MASK + 1));
    for (; at < end; at++) {
      const byte = page[at & NARROW_MASK]!;
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      written[length++] = value;
      if (isEnough?.(length)) return { written, length, isEnough: true };
      value = shift = 0;
    }
  }
  return { written, length, isEnough: false };
}
