import { END, gramOf, gramsWith, isExactLetter, letterAt, loneEndsWith, type WordPiece } from "./letters.ts";
import { lowerBound, NARROW_MASK, NARROW_SHIFT } from "./paged-array.ts";
import type { Dictionary, Segment } from "./segment.ts";

/** Compares a dictionary's text with another: less than 0 where it comes first, 0 where they are equal, or begin so. */
type Compare = (index: number) => number;

/** UTF-8 sorts as strings do, by UTF-16 units, but for characters of two units, which come before those from here on. */
const AFTER_SURROGATES = 0xee;
const OF_TWO_UNITS = 0xf0;

/**
 * Compares bytes where they lie: a binary search looks at some twenty texts, and a string of each would cost more than all else.
 * `isBegun`: texts that begin with the sought one are equal to it.
 */
function comparison({ text, starts }: Dictionary, sought: string, isBegun: boolean): Compare {
  const units = Buffer.from(sought, "utf8");
  return (index) => {
    const from = starts.at(index);
    const length = starts.at(index + 1) - from;
    const common = Math.min(length, units.length);
    for (let at = 0; at < common; at++) {
      const [byte, unit] = [text.at(from + at), units[at]!];
      if (byte === unit) continue;
      const isOneWide = byte >= OF_TWO_UNITS !== unit >= OF_TWO_UNITS;
      return isOneWide && byte >= AFTER_SURROGATES && unit >= AFTER_SURROGATES ? unit - byte : byte - unit;
    }
    return isBegun && length >= units.length ? 0 : length - units.length;
  };
}

/** The first text for which a comparison is not less than a limit. */
function firstFrom({ length }: Dictionary, compare: Compare, limit: number, from = 0): number {
  let [low, high] = [from, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(middle) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The texts that begin so: from the first number, up to the second. */
export function begunWith(dictionary: Dictionary, text: string): [number, number] {
  const compare = comparison(dictionary, text, true);
  const from = firstFrom(dictionary, compare, 0);
  return [from, firstFrom(dictionary, compare, 1, from)];
}

export function exactWord({ words }: Segment, text: string): number | undefined {
  const compare = comparison(words, text, false);
  const word = firstFrom(words, compare, 0);
  return word < words.length && compare(word) === 0 ? word : undefined;
}

/** Whether a text of a dictionary contains another one. UTF-8 of one is part of the other's only where the text is. */
function containsTest({ text, starts }: Dictionary, sought: string): (index: number) => boolean {
  const units = Buffer.from(sought, "utf8");
  const { length } = units;
  const [first] = units;
  return (index) => {
    const [from, to] = [starts.at(index), starts.at(index + 1)];
    const number = from >>> NARROW_SHIFT;
    const isOnOne = (to - 1) >>> NARROW_SHIFT === number;
    const page = isOnOne ? text.page(number) : text.copy(from, to);
    const start = isOnOne ? from & NARROW_MASK : 0;
    for (let at = start, last = start + to - from - length; at <= last; at++) {
      if (page[at] !== first) continue;
      let n = 1;
      while (n < length && page[at + n] === units[n]) n++;
      if (n === length) return true;
    }
    return false;
  };
}

const separators = new WeakMap<Segment, readonly string[]>();

/** All separators: they are few, and every question looks at each. */
export function separatorsOf(segment: Segment): readonly string[] {
  let all = separators.get(segment);
  if (!all)
    separators.set(
      segment,
      (all = Array.from({ length: segment.separators.length }, (_, at) => segment.separators.at(at))),
    );
  return all;
}

/** Ranges of numbers: from the first up to the second, from the third up to the fourth … */
export type Ranges = readonly number[];

export function isInRanges(ranges: Ranges, number: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) if (number >= ranges[at]! && number < ranges[at + 1]!) return true;
  return false;
}

export function exactToken(segment: Segment, { word, separator }: WordPiece): number | undefined {
  const [token] = tokensOfWord(segment, word, (each) => each === separator);
  return token;
}

/** The tokens that a text may end with, as ranges: its last word, perhaps only begun, or the beginning of its separator. */
export function lastTokens(segment: Segment, { word, separator }: WordPiece): Ranges {
  if (separator !== "")
    return tokensOfWord(segment, word, (each) => each.startsWith(separator)).flatMap((token) => [token, token + 1]);
  const [from, to] = begunWith(segment.words, word);
  return from < to ? [segment.firstTokens.at(from), segment.firstTokens.at(to)] : [];
}

function tokensOfWord(segment: Segment, text: string, passes: (separator: string) => boolean): number[] {
  const word = exactWord(segment, text);
  if (word === undefined) return [];
  const all = separatorsOf(segment);
  const tokens: number[] = [];
  for (let token = segment.firstTokens.at(word), to = segment.firstTokens.at(word + 1); token < to; token++)
    if (passes(all[segment.separatorOfToken.at(token)]!)) tokens.push(token);
  return tokens;
}

/** The tokens whose word ends so and whose separator passes. */
export function endTokens(segment: Segment, text: string, passes: (separator: string) => boolean): number[] {
  const isGood = separatorsOf(segment).map(passes);
  const tokens: number[] = [];
  const { firstTokens, separatorOfToken } = segment;
  const endsSo = isTold(text) ? undefined : endTest(segment, text);
  const add = (word: number): void => {
    if (endsSo && !endsSo(word)) return;
    for (let token = firstTokens.at(word), to = firstTokens.at(word + 1); token < to; token++)
      if (isGood[separatorOfToken.at(token)]) tokens.push(token);
  };
  eachWordOfBoth(segment, gramsOfEnd(segment, text), add);
  eachWordOf(segment, ...loneEndsWith(text), add);
  return tokens;
}

/** Whether the gram at a word's end tells that it ends so: one or two letters that no others share a gram with. */
function isTold(text: string): boolean {
  return text.length < 3 && lettersOf(text).every(isExactLetter);
}

/** Whether a word ends so. */
export function endTest({ words: { text: bytes, starts } }: Segment, text: string): (word: number) => boolean {
  const units = Buffer.from(text, "utf8");
  const { length } = units;
  return (word) => {
    const end = starts.at(word + 1);
    if (end - starts.at(word) < length) return false;
    let at = 1;
    while (at <= length && bytes.at(end - at) === units[length - at]) at++;
    return at > length;
  };
}

/** The gram at the end of words that end so. */
function endGram(text: string): number {
  const last = text.length - 1;
  if (last === 0) return gramOf(letterAt(text, 0), END, END);
  return gramOf(letterAt(text, last - 1), letterAt(text, last), END);
}

/** The same, and the rarest gram of what stands before. */
function gramsOfEnd(segment: Segment, text: string): [number, number] {
  const end = endGram(text);
  return text.length < 3 ? [end, end] : [end, rarestGrams(segment, lettersOf(text))[0]];
}

function lettersOf(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => letterAt(text, at));
}

/** About how many words end so. */
export function countEnding(segment: Segment, text: string): number {
  return countWords(segment, endGram(text), endGram(text) + 1) + countWords(segment, ...loneEndsWith(text));
}

/** About how many words the grams from `from` to `to` (excluded) have. */
function countWords({ gramKeys, gramStarts }: Segment, from: number, to: number): number {
  const first = lowerBound(gramKeys, from);
  return gramStarts.at(lowerBound(gramKeys, to, first)) - gramStarts.at(first);
}

/** The words that contain a text of two or more UTF-16 units, but for lone ones; see hex-words.ts. */
export function wordsWith(segment: Segment, text: string): number[] {
  const words: number[] = [];
  const letters = lettersOf(text);
  const isExact = text.length < 4 && letters.every(isExactLetter);
  const contains = containsTest(segment.words, text);
  const add = (word: number): void => {
    if (isExact || contains(word)) words.push(word);
  };
  if (text.length === 2) eachWordOf(segment, ...gramsWith(letters[0]!, letters[1]!), add);
  else eachWordOfBoth(segment, rarestGrams(segment, letters), add);
  return words;
}

/** The rarest gram and the next one, which are the same where there is only one. */
function rarestGrams({ gramKeys, gramStarts }: Segment, letters: readonly number[]): [number, number] {
  const sizes = new Map<number, number>();
  for (let at = 0; at + 2 < letters.length; at++) {
    const gram = gramOf(letters[at]!, letters[at + 1]!, letters[at + 2]!);
    const key = lowerBound(gramKeys, gram);
    const isThere = key < gramKeys.length && gramKeys.at(key) === gram;
    if (!isThere) return [gram, gram];
    sizes.set(gram, gramStarts.at(key + 1) - gramStarts.at(key));
  }
  const [one = 0, other = one] = [...sizes.keys()].toSorted((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0));
  return [one, other];
}

/** Visits the words that have two grams: the texts of those that have only the rarest lie all over the dictionary. */
function eachWordOfBoth(segment: Segment, [one, other]: [number, number], visit: (word: number) => void): void {
  if (one === other) return eachWordOf(segment, one, one + 1, visit);
  const words: number[] = [];
  eachWordOf(segment, one, one + 1, (word) => words.push(word));
  let at = 0;
  eachWordOf(segment, other, other + 1, (word) => {
    while (at < words.length && words[at]! < word) at++;
    if (words[at] === word) visit(word);
  });
}

/** Visits the words of grams `from` to `to` (excluded); one that has several of them several times. */
function eachWordOf(
  { gramKeys, gramStarts, gramBytes }: Segment,
  from: number,
  to: number,
  visit: (word: number) => void,
): void {
  for (let key = lowerBound(gramKeys, from); key < gramKeys.length && gramKeys.at(key) < to; key++) {
    let [word, value, shift] = [0, 0, 0];
    for (let at = gramStarts.at(key), end = gramStarts.at(key + 1); at < end; at++) {
      const byte = gramBytes.at(at);
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      visit((word += value));
      value = shift = 0;
    }
  }
}
