/** Stands between two fields of an image in one text; `fold` never lets it through. */
export const FIELD_BREAK = "\uffff";

/**
 * Text as it is compared: Unicode NFKC, then lower case. Every comparison of the contract
 * (what matches, what is exact) is between folded texts.
 */
export function fold(text: string): string {
  return text.toWellFormed().normalize("NFKC").toLowerCase().replaceAll(FIELD_BREAK, "\ufffd");
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The words of a folded text: runs of letters, digits and marks. `jammy-22.04` has three. */
export function wordsOf(folded: string): string[] {
  return folded.match(WORD) ?? [];
}
