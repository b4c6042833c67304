import { type Bits, createBits, createFullBits } from "./bits.ts";
import { pairOfLetters } from "./build-grams.ts";
import { findChain } from "./find-chain.ts";
import { findFits, type Fit } from "./find-fits.ts";
import { addHexWords } from "./find-hex-words.ts";
import { endTokens, separatorsOf, wordsWith } from "./find-tokens.ts";
import { beforeOf, cutIntoPieces, isExactLetter, jointsWith, letterAt, type WordPiece } from "./letters.ts";
import { lowerBound } from "./paged-array.ts";
import { addKeyed, addLists } from "./posting-lists.ts";
import type { Segment } from "./segment.ts";

/** What a sought word is in a segment. */
export interface WordFinds {
  /** The documents that hold it in one of their texts. */
  readonly match: Bits;
  /** From best to worst, as in `fitOf`, each without regard to the others; undefined where the word has no letters. */
  readonly fits: readonly (() => Fit)[] | undefined;
}

/** Looks a folded text up: which documents hold it, in a text that has a flag of `mask`, and how well it fits them. */
export function findWord(segment: Segment, text: string, mask: number): WordFinds {
  const pieces = cutIntoPieces(text);
  const parts = pieces.flatMap(({ word }) => (word === "" ? [] : [word]));
  return { match: findText(segment, text, mask), fits: findFits(segment, parts) };
}

/** The documents that hold a folded text in one of their texts that has a flag of `mask`. */
export function findText(segment: Segment, text: string, mask: number): Bits {
  if (text === "") return createFullBits(segment.size);
  if (text.length > 1) {
    const found = findInTokens(segment, text, mask);
    addHexWords(found, segment, text, mask);
    return found;
  }
  const found = createBits(segment.size);
  addKeyed(found, segment.units, text.charCodeAt(0), text.charCodeAt(0) + 1, mask);
  return found;
}

function findInTokens(segment: Segment, text: string, mask: number): Bits {
  const pieces = cutIntoPieces(text);
  const [first] = pieces;
  if (!first || pieces.length > 1) return findChain(segment, pieces, mask);
  const found = createBits(segment.size);
  if (first.separator === "") addWordsWith(found, segment, text, mask);
  else if (first.word === "") addSeparatorsWith(found, segment, text, mask);
  else if (!addEndingJoints(found, segment, first, mask)) {
    for (const token of endTokens(segment, first.word, (separator) => separator.startsWith(first.separator)))
      addLists(found, segment.pairLists, segment.firstPairs.at(token), segment.firstPairs.at(token + 1), mask);
  }
  return found;
}

/** A letter with a separator, or the beginning of one, after it: too many words end with one letter to look at each. */
function addEndingJoints(out: Bits, segment: Segment, { word, separator }: WordPiece, mask: number): boolean {
  const { keys, lists } = segment.joints;
  const before = letterAt(word, 0);
  if (word.length > 1 || !isExactLetter(before) || keys.length === 0) return false;
  separatorsOf(segment).forEach((each, number) => {
    if (!each.startsWith(separator)) return;
    const [from, to] = jointsWith(number);
    for (let at = lowerBound(keys, from); at < keys.length && keys.at(at) < to; at++)
      if (beforeOf(keys.at(at)) === before) addLists(out, lists, at, at + 1, mask);
  });
  return true;
}

function addSeparatorsWith(out: Bits, segment: Segment, text: string, mask: number): void {
  separatorsOf(segment).forEach((separator, at) => {
    if (separator.includes(text)) addLists(out, segment.separatorLists, at, at + 1, mask);
  });
}

function addWordsWith(out: Bits, segment: Segment, text: string, mask: number): void {
  const [first, second] = [letterAt(text, 0), letterAt(text, 1)];
  if (text.length === 2 && isExactLetter(first) && isExactLetter(second)) {
    const { commonPairs, commonLists } = segment;
    const pair = pairOfLetters(first, second);
    const at = lowerBound(commonPairs, pair);
    if (at < commonPairs.length && commonPairs.at(at) === pair) return addLists(out, commonLists, at, at + 1, mask);
  }
  const words = wordsWith(segment, text);
  for (let at = 0; at < words.length;) {
    const from = words[at]!;
    let to = from + 1;
    while (words[++at] === to) to++;
    addLists(out, segment.wordLists, from, to, mask);
  }
}
