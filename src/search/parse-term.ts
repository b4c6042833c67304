import { BadRequestError } from "../errors.ts";
import { fold, wordsOf } from "../fold.ts";

/** A search term, folded and split. */
export interface Term {
  /** All of it, folded and trimmed: what an exact name or id equals. */
  readonly whole: string;
  /** Each must be a substring of one of an image's fields. */
  readonly words: readonly TermWord[];
}

export interface TermWord {
  readonly text: string;
  /** Its runs of letters and digits: `jammy-22.04` has three, `%` none. */
  readonly parts: readonly string[];
}

/** More is no search; each word costs a look at the index. */
export const MAX_TERM_LENGTH = 1000;
const MAX_TERM_WORDS = 64;

/** A phrase in double quotes, or anything without white space. */
const PHRASE_OR_WORD = /"([^"]*)"|(\S+)/gu;

/** Splits a term at white space; `"double quotes"` keep a phrase whole. Throws BadRequestError when it is too long. */
export function parseTerm(term: string): Term {
  if (term.length > MAX_TERM_LENGTH) {
    throw new BadRequestError(
      `search_term has ${term.length} characters; the limit is ${MAX_TERM_LENGTH}`,
      "search_term",
    );
  }
  const folded = fold(term);
  const texts = [...folded.matchAll(PHRASE_OR_WORD)]
    .map(([, phrase, word]) => phrase ?? word ?? "")
    .filter((text) => text !== "");
  const distinct = [...new Set(texts)];
  if (distinct.length > MAX_TERM_WORDS) {
    throw new BadRequestError(
      `search_term has ${distinct.length} words; the limit is ${MAX_TERM_WORDS}`,
      "search_term",
    );
  }
  return { whole: folded.trim(), words: distinct.map((text) => ({ text, parts: wordsOf(text) })) };
}

/** The term as one text: for `match=literal`, which asks for all of it in the name or id. */
export function literalTerm(term: Term): Term {
  return term.whole === "" ? term : { whole: term.whole, words: [{ text: term.whole, parts: wordsOf(term.whole) }] };
}
