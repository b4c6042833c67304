import { type Bits, createBits, hasBit, intersect } from "./bits.ts";
import { flagsIn, tokenIn } from "./build-sequences.ts";
import { addPairs, readSequence, repeatsOf } from "./find-chain.ts";
import { begunWith, exactWord } from "./find-tokens.ts";
import { addLists, NAME, OTHER } from "./posting-lists.ts";
import type { Segment } from "./segment.ts";
import { once } from "../../once.ts";

/** Documents that a sought word may fit in one way. */
export interface Fit {
  readonly bits: Bits;
  /** More documents that may; a set of its own, so that it need not be united with the first. */
  readonly others?: Bits;
  /** Whether it does fit one of them: asked of those that are shown. */
  readonly holds: (doc: number) => boolean;
}

/** A begun word of one or two letters says nothing about fit. */
export const MIN_PREFIX = 3;

/**
 * How a text's words fit: whole words of the name (or the publisher), whole words of any text that counts, and the same with the
 * last one perhaps only begun. Each is worked out when it is asked for. Undefined for a text without words.
 */
export function findFits(segment: Segment, parts: readonly string[]): readonly (() => Fit)[] | undefined {
  if (parts.length === 0) return undefined;
  const whole = [NAME, NAME | OTHER].map((mask) => once(() => findFit(segment, parts, mask, false)));
  if (parts.at(-1)!.length < MIN_PREFIX) return [...whole, ...whole];
  return [...whole, ...[NAME, NAME | OTHER].map((mask) => once(() => findFit(segment, parts, mask, true)))];
}

const SURE = (): boolean => true;

/** Words in a row, whatever stands between them. */
function findFit(segment: Segment, parts: readonly string[], mask: number, begins: boolean): Fit {
  const ranges: [number, number][] = [];
  for (const [at, part] of parts.entries()) {
    const word = exactWord(segment, part);
    const range = begins && at === parts.length - 1 ? begunWith(segment.words, part) : [word ?? 0, (word ?? -1) + 1];
    const [from = 0, to = 0] = range;
    if (from === to) return { bits: createBits(segment.size), holds: SURE };
    ranges.push([from, to]);
  }
  const [only] = ranges;
  if (only && ranges.length === 1) {
    const bits = createBits(segment.size);
    addLists(bits, segment.wordLists, ...only, mask);
    return { bits, holds: SURE };
  }
  return findWords(segment, ranges, mask);
}

function findWords(segment: Segment, words: readonly [number, number][], mask: number): Fit {
  const ranges = words.map(([from, to]): [number, number] => [
    segment.firstTokens.at(from),
    segment.firstTokens.at(to),
  ]);
  const found = ranges.slice(1).map((range, at) => {
    const bits = createBits(segment.size);
    const [from, to] = ranges[at]!;
    for (let token = from; token < to; token++) addPairs(bits, segment, token, range, mask);
    return bits;
  });
  const bits = found.reduce(intersect);
  if (words.length === 2) return { bits, holds: SURE };
  const middles = words.slice(1, -1).map(([word]) => word);
  const doubtful = repeatsOf(segment, segment.wordRepeats, middles);
  return { bits, holds: (doc) => !hasBit(doubtful, doc) || holdsInRow(segment, doc, ranges, mask) };
}

/** Whether a document's tokens have these ranges in a row, in a text that counts. */
function holdsInRow(segment: Segment, doc: number, ranges: readonly [number, number][], mask: number): boolean {
  const { written, length } = readSequence(segment, doc);
  for (let at = 0; at + ranges.length <= length; at++) {
    if ((flagsIn(written[at]!) & mask) === 0) continue;
    const isRow = ranges.every(([from, to], n) => {
      const token = tokenIn(written[at + n]!);
      return token >= from && token < to;
    });
    if (isRow) return true;
  }
  return false;
}
