/** Stands between two fields of an image in one text; `fold` never lets it through. */
export const FIELD_BREAK = "\uffff";

/**
 * Text as it is compared: Unicode NFKC, then lower case. Every comparison of the contract
 * (what matches, what is exact) is between folded texts.
 */
export function fold(text: string): string {
  // NFKC leaves ASCII alone, and nearly all names are ASCII.
  if (ASCII.test(text)) return text.toLowerCase();
  return text.toWellFormed().normalize("NFKC").toLowerCase().replaceAll(FIELD_BREAK, "\ufffd");
}

// eslint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
const WORD_PIECE = /([\p{L}\p{N}\p{M}]+)/u;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The words of a folded text: runs of letters, digits and marks. `jammy-22.04` has three. */
export function wordsOf(folded: string): string[] {
  return folded.match(ASCII.test(folded) ? ASCII_WORD : WORD) ?? [];
}

/** A folded text cut at its words: odd pieces are words, even ones what stands between them; joined, the text again. */
export function cutAtWords(folded: string): string[] {
  return folded.split(WORD_PIECE);
}
