import { BadRequestError } from "../../errors.ts";
import { versionsIn } from "../../catalogue/facts/stated-versions.ts";
import { fold, wordsOf } from "../../fold.ts";
import { imageIdIn, imageIdsIn } from "./tidy-word.ts";

/** A search term, folded and split. */
export interface Term {
  /** All of it, folded and trimmed: what an exact name or id equals. */
  readonly whole: string;
  /** Each must be found in one of an image's texts. */
  readonly words: readonly TermWord[];
  /** The numbers in it that may be versions: `22.04`. */
  readonly versions: readonly string[];
}

export interface TermWord {
  readonly text: string;
  /**
   * For ranking: words that should stand next to each other. `jammy-22.04` is one run of three words, `jammy-*-server` has two
   * runs, `%` none.
   */
  readonly runs: readonly (readonly string[])[];
  /** For a word with `*`: the pieces that must stand in a text in this order; none for a lone `*`, which every text matches. */
  readonly pieces?: readonly string[];
  /** For a word that ends with an image's id, as an ARN does: the id, which finds the image as well. */
  readonly id?: string;
  /** For ids separated by commas: each finds its image. */
  readonly ids?: readonly string[];
}

/** Each word costs a look at the index. */
export const MAX_TERM_LENGTH = 1000;
export const MAX_TERM_WORDS = 64;

/** A phrase in double quotes, of which the last may be left open, or anything without white space. */
const PHRASE_OR_WORD = /"([^"]*)"|"([^"]*)$|(\S+)/gu;

/**
 * Splits a term at white space; `"double quotes"` keep a phrase whole, and an open quote runs to the end. Throws BadRequestError
 * when it is too long.
 */
export function parseTerm(term: string, parameter = "search_term"): Term {
  if (term.length > MAX_TERM_LENGTH) {
    throw new BadRequestError(`${parameter} has ${term.length} characters; the limit is ${MAX_TERM_LENGTH}`, parameter);
  }
  const folded = fold(term);
  const words = new Map<string, TermWord>();
  for (const [, phrase, open, word] of folded.matchAll(PHRASE_OR_WORD)) {
    const text = phrase ?? open?.trimEnd() ?? word ?? "";
    const isPattern = word?.includes("*") ?? false;
    if (text !== "") words.set(`${isPattern ? "*" : ""} ${text}`, readWord(text, word !== undefined));
  }
  if (words.size > MAX_TERM_WORDS) {
    throw new BadRequestError(`${parameter} has ${words.size} words; the limit is ${MAX_TERM_WORDS}`, parameter);
  }
  return termOf(folded.trim(), [...words.values()]);
}

/** The term as one text: for `match=literal`, which asks for all of it in the name or id. */
export function literalTerm(term: Term): Term {
  return term.whole === "" ? term : termOf(term.whole, [readWord(term.whole, false)]);
}

function termOf(whole: string, words: readonly TermWord[]): Term {
  return { whole, words, versions: [...new Set(words.flatMap(({ text }) => versionsIn(text)))] };
}

/** A phrase is taken as it stands. */
function readWord(text: string, isWord: boolean): TermWord {
  if (isWord && text.includes("*")) {
    const pieces = text.split("*").filter((piece) => piece !== "");
    return { text, pieces, runs: runsOf(pieces) };
  }
  const ids = isWord ? imageIdsIn(text) : undefined;
  if (ids) return { text, ids, runs: [] };
  const id = isWord ? imageIdIn(text) : undefined;
  return { text, runs: runsOf([id ?? text]), ...(id !== undefined && { id }) };
}

function runsOf(texts: readonly string[]): string[][] {
  return texts.map(wordsOf).filter((words) => words.length > 0);
}

/** Whether a folded text of an image has a word of a term, as the contract defines it. */
export function hasWord(text: string, { text: word, pieces, id, ids }: TermWord): boolean {
  if (pieces ? hasInOrder(text, pieces) : text.includes(word)) return true;
  return (id !== undefined && text.includes(id)) || (ids?.some((each) => text.includes(each)) ?? false);
}

/** Whether a text has these pieces in this order. */
export function hasInOrder(text: string, pieces: readonly string[]): boolean {
  let from = 0;
  for (const piece of pieces) {
    const at = text.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}
