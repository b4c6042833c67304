import { MIN_PREFIX } from "../catalogue/index/find-fits.ts";
import type { FoldedFields } from "../catalogue/searched-texts.ts";
import type { Term, TermWord } from "./parse-term.ts";

/*
 * How well an image fits a term, from best to worst:
 * 0 every word is a whole word of the name (or the publisher)
 * 1 every word is a whole word of some field
 * 2 every word begins a word of the name (or the publisher)
 * 3 every word begins a word of some field
 * 4 some word stands only inside of words
 *
 * The index tells the same classes (catalogue/index/find-fits.ts) without a look at each image; a property test holds the two
 * equal.
 */

export const WORST_FIT = 4;

/** The class of an image that matches the term. */
export function fitOf(fields: FoldedFields, term: Term): number {
  const words = term.words.filter((word) => word.parts.length > 0);
  const all = [...fields.nameWords, null, ...fields.otherWords];
  if (words.every((word) => standsIn(fields.nameWords, word, false))) return 0;
  if (words.every((word) => standsIn(all, word, false))) return 1;
  if (words.every((word) => standsIn(fields.nameWords, word, true))) return 2;
  return words.every((word) => standsIn(all, word, true)) ? 3 : WORST_FIT;
}

/** Whether the image matches the term at all: the contract, word by word. */
export function matches(fields: FoldedFields, term: Term): boolean {
  return term.words.every(({ text }) => fields.all.some((field) => field.includes(text)));
}

/** Whether the whole term stands in the id or the name. */
export function matchesLiterally(fields: FoldedFields, term: Term): boolean {
  return fields.id.includes(term.whole) || fields.name.includes(term.whole);
}

function standsIn(words: readonly (string | null)[], { parts }: TermWord, mayBegin: boolean): boolean {
  const last = parts.length - 1;
  const begins = mayBegin && (parts[last]?.length ?? 0) >= MIN_PREFIX;
  return words.some((_, at) =>
    parts.every((part, n) => {
      const word = words[at + n];
      return n === last && begins ? (word?.startsWith(part) ?? false) : word === part;
    }),
  );
}
