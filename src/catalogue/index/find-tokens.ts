import { END, gramOf, gramsWith, isExactLetter, letterAt, type Piece } from "./letters.ts";
import { lowerBound } from "./paged-array.ts";
import type { Dictionary, Segment } from "./segment.ts";

/** The place of a text in a dictionary, or of the first one after it. */
function placeOf(dictionary: Dictionary, text: string): number {
  let [low, high] = [0, dictionary.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (dictionary.at(middle) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The texts that begin so: from the first number, up to the second. */
export function begunWith(dictionary: Dictionary, text: string): [number, number] {
  const from = placeOf(dictionary, text);
  let [low, high] = [from, dictionary.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (dictionary.at(middle).startsWith(text)) low = middle + 1;
    else high = middle;
  }
  return [from, low];
}

export function exactWord({ words }: Segment, text: string): number | undefined {
  const word = placeOf(words, text);
  return word < words.length && words.at(word) === text ? word : undefined;
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

export function exactToken(segment: Segment, { word, separator }: Piece): number | undefined {
  const [token] = tokensOfWord(segment, word, (each) => each === separator);
  return token;
}

/** The tokens that a text may end with, as ranges: its last word, perhaps only begun, or the beginning of its separator. */
export function lastTokens(segment: Segment, { word, separator }: Piece): Ranges {
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
  const endsSo = endTest(segment, text);
  eachWordOf(segment, endGram(text), endGram(text) + 1, (word) => {
    if (!endsSo(word)) return;
    for (let token = segment.firstTokens.at(word), to = segment.firstTokens.at(word + 1); token < to; token++)
      if (isGood[segment.separatorOfToken.at(token)]) tokens.push(token);
  });
  return tokens;
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

/** About how many words end so. */
export function countEnding(segment: Segment, text: string): number {
  const at = lowerBound(segment.gramKeys, endGram(text));
  if (at === segment.gramKeys.length || segment.gramKeys.at(at) !== endGram(text)) return 0;
  return segment.gramStarts.at(at + 1) - segment.gramStarts.at(at);
}

/** The words that contain a text of two or more UTF-16 units. */
export function wordsWith(segment: Segment, text: string): number[] {
  const words: number[] = [];
  const letters = Array.from({ length: text.length }, (_, at) => letterAt(text, at));
  const isExact = text.length < 4 && letters.every(isExactLetter);
  const add = (word: number): void => {
    if (isExact || segment.words.at(word).includes(text)) words.push(word);
  };
  if (text.length === 2) eachWordOf(segment, ...gramsWith(letters[0]!, letters[1]!), add);
  else {
    const gram = rarestGram(segment, letters);
    eachWordOf(segment, gram, gram + 1, add);
  }
  return words;
}

function rarestGram({ gramKeys, gramStarts }: Segment, letters: readonly number[]): number {
  let [best, least] = [0, Infinity];
  for (let at = 0; at + 2 < letters.length && least > 0; at++) {
    const gram = gramOf(letters[at]!, letters[at + 1]!, letters[at + 2]!);
    const key = lowerBound(gramKeys, gram);
    const isThere = key < gramKeys.length && gramKeys.at(key) === gram;
    const bytes = isThere ? gramStarts.at(key + 1) - gramStarts.at(key) : 0;
    if (bytes < least) [best, least] = [gram, bytes];
  }
  return best;
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
