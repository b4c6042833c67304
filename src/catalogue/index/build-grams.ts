import { bitsOf, createBits } from "./bits.ts";
import { END, gramOf, gramsWith, letterAt, LONE_ENDS, loneEndOf } from "./letters.ts";
import { addBuilt, type BuiltLists, createListWriter, VarintWriter } from "./list-writer.ts";
import { Numbers, orderOf } from "./numbers.ts";
import { lowerBound } from "./paged-array.ts";
import { LITERAL } from "./posting-lists.ts";

/** Grams of words, and the documents of the commonest pairs of letters. */
export interface BuiltGrams {
  readonly gramKeys: Uint32Array;
  readonly gramStarts: Uint32Array;
  readonly gramBytes: Uint8Array;
  readonly commonPairs: Uint32Array;
  readonly commonLists: BuiltLists;
}

/**
 * Lists for each three letters in a row (a word's end counts as letters too) the words that have them. Of lone words, given by their
 * numbers, only how they end: see hex-words.ts.
 */
export function buildGrams(
  words: readonly string[],
  lone: Uint32Array,
  wordLists: BuiltLists,
  size: number,
): BuiltGrams {
  const grams = wordsByGram(words, lone);
  return { ...grams, ...commonOf(grams, wordLists, size) };
}

type GramWords = Pick<BuiltGrams, "gramKeys" | "gramStarts" | "gramBytes">;

/** There are no more grams than this. */
const MOST_GRAMS = 2 * LONE_ENDS;

function wordsByGram(words: readonly string[], lone: Uint32Array): GramWords {
  const out = new VarintWriter();
  const [keys, starts]: [number[], number[]] = [[], [0]];
  eachGroup({ words, lone: new Set(lone) }, (gram, holders) => {
    let last = -1;
    for (let at = 0; at < holders.length; at++) {
      const word = holders[at]!;
      if (word === last) continue;
      out.add(word - Math.max(0, last));
      last = word;
    }
    keys.push(gram);
    starts.push(out.length);
  });
  return { gramKeys: Uint32Array.from(keys), gramStarts: Uint32Array.from(starts), gramBytes: out.bytes() };
}

interface GramSource {
  readonly words: readonly string[];
  /** Those of which only the ends count. */
  readonly lone: ReadonlySet<number>;
}

/** Visits the grams there are, the least first, each with its words: ascending, one as often as it has the gram. */
function eachGroup(source: GramSource, visit: (gram: number, words: Uint32Array) => void): void {
  let count = 0;
  eachGram(source, () => void count++);
  if (count < MOST_GRAMS / 2) return eachSorted(source, count, visit);
  // Counting takes a step for each gram that there could be, and no memory for those that there are.
  const ends = new Uint32Array(MOST_GRAMS + 1);
  eachGram(source, (gram) => void ends[gram + 1]!++);
  for (let gram = 0; gram < MOST_GRAMS; gram++) ends[gram + 1]! += ends[gram]!;
  const starts = ends.slice();
  const holders = new Uint32Array(count);
  eachGram(source, (gram, word) => void (holders[ends[gram]!++] = word));
  for (let gram = 0; gram < MOST_GRAMS; gram++)
    if (ends[gram]! > starts[gram]!) visit(gram, holders.subarray(starts[gram], ends[gram]));
}

/** The same for few words. */
function eachSorted(source: GramSource, count: number, visit: (gram: number, words: Uint32Array) => void): void {
  const [grams, holders] = [new Numbers(count + 1), new Numbers(count + 1)];
  eachGram(source, (gram, word) => {
    grams.push(gram);
    holders.push(word);
  });
  const order = orderOf(grams.all());
  const sorted = Uint32Array.from(order, (at) => holders.data[at]!);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const gram = grams.data[order[from]!]!;
    while (to < order.length && grams.data[order[to]!] === gram) to++;
    visit(gram, sorted.subarray(from, to));
  }
}

function eachGram({ words, lone }: GramSource, visit: (gram: number, word: number) => void): void {
  words.forEach((word, number) => {
    if (lone.has(number)) return visit(loneEndOf(word), number);
    let [first, second] = [letterAt(word, 0), letterAt(word, 1)];
    for (let at = 0; at < word.length; at++) {
      const third = letterAt(word, at + 2);
      visit(gramOf(first, second, third), number);
      [first, second] = [second, third];
    }
  });
}

/** Pairs of letters whose words take this many bytes have their documents listed as well. */
const COMMON_BYTES = 3_000;

function commonOf(
  { gramKeys, gramStarts, gramBytes }: GramWords,
  wordLists: BuiltLists,
  size: number,
): Pick<BuiltGrams, "commonPairs" | "commonLists"> {
  const writer = createListWriter(size, 1);
  const commonPairs: number[] = [];
  const [docs, flags] = [new Uint32Array(size), new Uint8Array(size)];
  for (let first = 0; first < END; first++) {
    for (let second = 0; second < END; second++) {
      const [low, high] = gramsWith(first, second);
      const [from, to] = [lowerBound(gramKeys, low), lowerBound(gramKeys, high)];
      if (gramStarts[to]! - gramStarts[from]! < COMMON_BYTES) continue;
      const [all, literal] = [createBits(size), createBits(size)];
      for (let gram = from; gram < to; gram++) {
        eachWordIn(gramBytes, gramStarts[gram]!, gramStarts[gram + 1]!, (word) =>
          addBuilt(wordLists, word, all.length, { all, literal }),
        );
      }
      let count = 0;
      for (const doc of bitsOf(all)) {
        docs[count] = doc;
        flags[count++] = (literal[doc >> 5]! >>> (doc & 31)) & 1 ? LITERAL : 0;
      }
      commonPairs.push(pairOfLetters(first, second));
      writer.add(docs, flags, 0, count);
    }
  }
  return { commonPairs: Uint32Array.from(commonPairs), commonLists: writer.done() };
}

export function pairOfLetters(first: number, second: number): number {
  return first * END + second;
}

function eachWordIn(bytes: Uint8Array, from: number, to: number, visit: (word: number) => void): void {
  let [word, value, shift] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    value |= (bytes[at]! & 127) << shift;
    shift += 7;
    if (bytes[at]! > 127) continue;
    visit((word += value));
    value = shift = 0;
  }
}
