import { buildGrams, type BuiltGrams } from "./build-grams.ts";
import { buildHexWords, type BuiltHexWords, findLoneWords } from "./build-hex-words.ts";
import { type BuiltPairs, buildPairs, LAST, type PlacedTokens, secondAt, tokenAt } from "./build-pairs.ts";
import { type BuiltSequences, buildSequences } from "./build-sequences.ts";
import { BREAK, type Collected, createTokenCollector, FLAGS, TOKEN_SHIFT } from "./collect-tokens.ts";
import { listUnits } from "./collect-units.ts";
import { type BuiltDictionary, dictionaryOf } from "./dictionary.ts";
import { type BuiltKeyedLists, groupKeyed, groupLists, groupMet, NOWHERE, ranksOf } from "./group-lists.ts";
import type { IndexedImage } from "./indexed-image.ts";
import { END, jointOf, letterAt, MOST_JOINED } from "./letters.ts";
import type { BuiltLists } from "./list-writer.ts";
import { Numbers, orderOf, release } from "./numbers.ts";

/** Words, separators, and the tokens that are made of them, all sorted. */
export interface BuiltTokens {
  readonly words: BuiltDictionary;
  /** The words that are not of ASCII alone. */
  readonly wordsBeyondAscii: Uint32Array;
  readonly separators: BuiltDictionary;
  /** Of each word, its first token; and the end. */
  readonly firstTokens: Uint32Array;
  readonly wordOfToken: Uint32Array;
  readonly separatorOfToken: Uint32Array;
}

/** A segment as it is built; see Segment for what each part is. */
export interface BuiltSegment extends BuiltTokens, BuiltPairs, BuiltSequences, BuiltGrams, BuiltHexWords {
  readonly size: number;
  readonly rows: Float64Array;
  readonly keys: Float64Array;
  readonly docsByRow: Uint32Array;
  readonly created: Float64Array;
  readonly deprecated: Float64Array;
  readonly families: Uint32Array;
  readonly wordLists: BuiltLists;
  readonly separatorLists: BuiltLists;
  readonly joints: BuiltKeyedLists;
  readonly units: BuiltKeyedLists;
  readonly values: BuiltDictionary;
  readonly valueLists: BuiltLists;
}

/** Builds a segment of `size` images, given in the order of answers, best first. */
export function buildSegment(images: Iterable<IndexedImage>, size: number): BuiltSegment {
  const collector = createTokenCollector(size);
  for (const image of images) collector.add(image);
  return buildCollected(collector.done());
}

/** The same of images that were taken apart before; it is made of their memory, and nobody else may use them. */
export function buildCollected(collected: Collected): BuiltSegment {
  const { size } = collected;
  const sorted = sortTokens(collected);
  const { wordOfToken, separatorOfToken } = sorted;
  const sequences = buildSequences(collected, sorted.tokenOf, wordOfToken);
  const placed = placeTokens(collected, sorted.tokenOf);
  const [words, separators] = [sorted.wordTexts, sorted.separatorTexts];
  const wordLists = groupLists({ ...placed, listOf: (at) => wordOfToken[tokenAt(placed, at)]! }, words.length, size, 3);
  const lone = findLoneWords(words, wordLists);
  const values = collected.values.toSorted();
  const built = {
    size,
    rows: collected.rows,
    keys: collected.keys,
    docsByRow: orderOf(collected.rows),
    created: collected.created,
    deprecated: collected.deprecated,
    families: collected.families,
    ...sorted.built,
    wordLists,
    separatorLists: groupLists(
      { ...placed, listOf: (at) => separatorOfToken[tokenAt(placed, at)]! },
      separators.length,
      size,
      1,
    ),
    joints: jointsOf(placed, sorted, size),
    ...buildPairs(placed, wordOfToken.length, size),
    ...sequences,
    ...buildGrams(words, lone.words, wordLists, size),
    ...buildHexWords(collected.ids, words, lone, size),
    units: listUnits(collected.units, size),
    values: dictionaryOf(values),
    valueLists: groupMet(collected.valuesMet, { rank: ranksOf(collected.values, values), lists: values.length, size }),
  };
  release(placed.tokens, placed.docs, placed.flags);
  for (const { numbers, docs } of [collected.repeated, collected.valuesMet]) release(numbers.data, docs.data);
  return built;
}

interface SortedTokens {
  readonly wordTexts: readonly string[];
  readonly separatorTexts: readonly string[];
  /** The token that one became that was numbered as met. */
  readonly tokenOf: Uint32Array;
  readonly wordOfToken: Uint32Array;
  readonly separatorOfToken: Uint32Array;
  readonly built: BuiltTokens;
}

/** Sorts tokens by word, then by separator. */
function sortTokens({ words, separators, wordOf, separatorOf }: Collected): SortedTokens {
  const [wordOrder, separatorOrder] = [orderOfTexts(words), orderOfTexts(separators)];
  const [wordTexts, separatorTexts] = [textsIn(words, wordOrder), textsIn(separators, separatorOrder)];
  const [wordRanks, separatorRanks] = [ranksIn(wordOrder), ranksIn(separatorOrder)];
  const count = wordOf.length;
  const keys = new Float64Array(count);
  for (let met = 0; met < count; met++)
    keys[met] = wordRanks[wordOf.data[met]!]! * separators.length + separatorRanks[separatorOf.data[met]!]!;
  const order = orderOf(keys);
  const [wordOfToken, separatorOfToken] = [new Uint32Array(count), new Uint32Array(count)];
  const firstTokens = new Uint32Array(words.length + 1);
  for (let token = 0; token < count; token++) {
    const word = wordRanks[wordOf.data[order[token]!]!]!;
    wordOfToken[token] = word;
    separatorOfToken[token] = separatorRanks[separatorOf.data[order[token]!]!]!;
    firstTokens[word + 1] = token + 1;
  }
  const dictionary = dictionaryOf(wordTexts);
  const built = {
    words: dictionary,
    wordsBeyondAscii: beyondAscii(wordTexts, dictionary),
    separators: dictionaryOf(separatorTexts),
    firstTokens,
    wordOfToken,
    separatorOfToken,
  };
  return { wordTexts, separatorTexts, tokenOf: ranksIn(order), wordOfToken, separatorOfToken, built };
}

/** Where texts are, the first first. */
function orderOfTexts(texts: readonly string[]): Uint32Array {
  const begin = Float64Array.from(texts, beginningOf);
  const order = Uint32Array.from({ length: texts.length }, (_, at) => at);
  return order.sort((a, b) => begin[a]! - begin[b]! || (texts[a]! < texts[b]! ? -1 : 1));
}

/** Characters that fit into one number, and what stands for any that is not of ASCII, from which on only the texts tell. */
const [BEGINNING, BEYOND_ASCII] = [7, 127];

/** The first characters of a text as a number that sorts as they do: most texts differ in them. */
function beginningOf(text: string): number {
  let number = 0;
  let isAscii = true;
  for (let at = 0; at < BEGINNING; at++) {
    const unit: number = isAscii && at < text.length ? Math.min(BEYOND_ASCII, text.charCodeAt(at) + 1) : 0;
    if (unit === BEYOND_ASCII) isAscii = false;
    number = number * (BEYOND_ASCII + 1) + unit;
  }
  return number;
}

function textsIn(texts: readonly string[], order: Uint32Array): string[] {
  return Array.from(order, (at) => texts[at]!);
}

/** Of each number of an order: its place in it. */
function ranksIn(order: Uint32Array): Uint32Array {
  const ranks = new Uint32Array(order.length);
  order.forEach((number, place) => (ranks[number] = place));
  return ranks;
}

/** A character of ASCII takes one byte, any other one more than its UTF-16 units. */
function beyondAscii(texts: readonly string[], { starts }: BuiltDictionary): Uint32Array {
  const numbers = new Numbers();
  texts.forEach(({ length }, at) => {
    if (starts[at + 1]! - starts[at]! > length) numbers.push(at);
  });
  return numbers.all();
}

/** The tokens of all texts, in place of the stream that they were collected in: it is the largest of all arrays. */
function placeTokens({ stream, ends }: Collected, tokenOf: Uint32Array): PlacedTokens {
  const { length, data: tokens } = stream;
  const [docs, flags] = [new Uint32Array(length), new Uint8Array(length)];
  let count = 0;
  for (let at = 0, doc = 0; at < length; at++) {
    while (at >= ends[doc]!) doc++;
    const value = tokens[at]!;
    if (value === BREAK) continue;
    const isLast = tokens[at + 1]! === BREAK;
    tokens[count] = tokenOf[value >>> TOKEN_SHIFT]! | (isLast ? LAST : 0);
    docs[count] = doc;
    flags[count++] = value & FLAGS;
  }
  return { count, tokens, docs, flags };
}

/** What stands around separators, letter by letter: for texts as short as `0-2` and `-a`, whose pairs are many. */
function jointsOf(placed: PlacedTokens, sorted: SortedTokens, size: number): BuiltKeyedLists {
  const { wordTexts, separatorTexts, wordOfToken, separatorOfToken } = sorted;
  const begins = Uint8Array.from(wordTexts, (word) => letterAt(word, 0));
  const ends = Uint8Array.from(wordTexts, (word) =>
    word === "" ? END : Math.min(END, letterAt(word, word.length - 1)),
  );
  const jointAt = (at: number): number => {
    const token = tokenAt(placed, at);
    const separator = separatorOfToken[token]!;
    if (separatorTexts[separator] === "") return NOWHERE;
    const second = secondAt(placed, at);
    const after = second === 0 ? END : begins[wordOfToken[second - 1]!]!;
    return jointOf(separator, after, ends[wordOfToken[token]!]!);
  };
  const isJoined = separatorTexts.length <= MOST_JOINED;
  return groupKeyed({ ...placed, count: isJoined ? placed.count : 0, listOf: jointAt }, size, 1);
}
