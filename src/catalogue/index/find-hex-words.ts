import { type Bits, bitsOf, clearBit, createBits, intersect, unite } from "./bits.ts";
import { begunWithDigit, HEX_BEGIN, hexDigitsOf, LITERALS_END, RUN, runsWith } from "./hex-words.ts";
import { addKeyed, addLists, ANYWHERE } from "./posting-lists.ts";
import type { Segment } from "./segment.ts";

/** Adds the documents that hold a folded text, of two UTF-16 units or more, in an id or in a lone word of digits; see hex-words.ts. */
export function addHexWords(out: Bits, segment: Segment, text: string, mask: number): void {
  const digits = hexDigitsOf(text);
  if (digits) addDigits(out, segment, digits, (words) => literalsOf(words, mask).includes(text), mask);
  const prefixes = prefixesOf(segment);
  if (prefixes.length > 0) addIds(out, segment, prefixes, text);
}

/** Adds the documents that have these letters in a row. `isFound` tells of a document's words whether they are; see hexTexts. */
function addDigits(
  out: Bits,
  segment: Segment,
  letters: readonly number[],
  isFound: (words: string) => boolean,
  mask: number,
): void {
  if (letters.length <= RUN) return addKeyed(out, segment.hexRuns, ...runsWith(letters), mask);
  const found = createBits(segment.size);
  const last = createBits(segment.size);
  addKeyed(found, segment.hexRuns, ...runsWith(letters.slice(0, RUN)), mask);
  addKeyed(last, segment.hexRuns, ...runsWith(letters.slice(-RUN)), mask);
  for (const doc of bitsOf(intersect(found, last))) if (!isFound(segment.hexTexts.at(doc))) clearBit(found, doc);
  unite(out, found);
}

/** Adds the documents whose id holds a text that reaches into what stands before the number. */
function addIds(out: Bits, segment: Segment, prefixes: readonly string[], text: string): void {
  const cut = text.indexOf("-") + 1;
  const [before, number] = [text.slice(0, cut), text.slice(cut)];
  const digits = cut > 0 ? hexDigitsOf(number) : undefined;
  const begun = digits && createBits(segment.size);
  if (begun) {
    const letters = digits.length === 1 ? begunWithDigit(digits[0]!) : [HEX_BEGIN, ...digits];
    addDigits(begun, segment, letters, (words) => words.startsWith(number), ANYWHERE);
  }
  prefixes.forEach((prefix, at) => {
    if (prefix.includes(text)) addLists(out, segment.idPrefixLists, at, at + 1, ANYWHERE);
    if (!begun || !prefix.endsWith(before)) return;
    const having = createBits(segment.size);
    addLists(having, segment.idPrefixLists, at, at + 1, ANYWHERE);
    unite(out, intersect(having, begun));
  });
}

function literalsOf(words: string, mask: number): string {
  return mask === ANYWHERE ? words : words.slice(0, words.indexOf(LITERALS_END));
}

const prefixes = new WeakMap<Segment, readonly string[]>();

function prefixesOf(segment: Segment): readonly string[] {
  const known = prefixes.get(segment);
  if (known) return known;
  const all = Array.from({ length: segment.idPrefixes.length }, (_, at) => segment.idPrefixes.at(at));
  prefixes.set(segment, all);
  return all;
}
