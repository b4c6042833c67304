/*
 * Words of hexadecimal digits that stand in one document alone: the number in an image's id, and what builders put into names and
 * descriptions (hashes, serials, parts of UUIDs). They are most words of a large catalogue, and any few digits stand all over them.
 * So they are found by the document, not by the word: for each four digits in a row, the documents that have them.
 */

/** Shorter words are mostly something else, and few. */
const LEAST_HEX = 6;

/** Stand for the end of a word, and for the beginning of one. Digits are 0 to 15. */
const HEX_END = 16;
export const HEX_BEGIN = 17;
const LETTERS = 18;

/** Digits in a row that have a list. */
export const RUN = 4;

/** There are no more runs than this. */
export const MOST_RUNS = LETTERS ** RUN;

/** The digit that a UTF-16 unit of a folded text is; -1 for none. */
function hexDigitOf(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  return unit >= 97 && unit <= 102 ? unit - 87 : -1;
}

/** The digits of a text, or undefined where it has anything else or nothing. */
export function hexDigitsOf(text: string): number[] | undefined {
  const digits: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const digit = hexDigitOf(text.charCodeAt(at));
    if (digit < 0) return undefined;
    digits.push(digit);
  }
  return digits.length === 0 ? undefined : digits;
}

/** Whether a word of a text may be found by its digits alone. */
export function isHexWord(word: string): boolean {
  if (word.length < LEAST_HEX) return false;
  for (let at = 0; at < word.length; at++) if (hexDigitOf(word.charCodeAt(at)) < 0) return false;
  return true;
}

/** The runs that begin with these letters, at most RUN: from the first number, up to the second. */
export function runsWith(letters: readonly number[]): [number, number] {
  const first = letters.reduce((number, letter) => number * LETTERS + letter, 0);
  const width = LETTERS ** (RUN - letters.length);
  return [first * width, (first + 1) * width];
}

/** Visits the runs of a word of digits: one begins at each of them, the last ones go past the end. */
export function eachRun(word: string, visit: (run: number) => void): void {
  const { length } = word;
  const letterAt = (at: number): number => (at < length ? hexDigitOf(word.charCodeAt(at)) : HEX_END);
  let run = (letterAt(0) * LETTERS + letterAt(1)) * LETTERS + letterAt(2);
  for (let at = 0; at < length; at++) {
    run = (run * LETTERS + letterAt(at + RUN - 1)) % MOST_RUNS;
    visit(run);
  }
}

/** The runs that tell how an id's number begins: of three digits, and of one. */
export function firstRuns(number: string): [number, number] {
  const [first = HEX_END, ...others] = hexDigitsOf(number.slice(0, RUN - 1)) ?? [];
  return [runsWith([HEX_BEGIN, first, ...others])[0], runsWith(begunWithDigit(first))[0]];
}

/** The letters of a run that all ids have whose number begins with a digit: they are too many to read them by three digits. */
export function begunWithDigit(digit: number): number[] {
  return [HEX_BEGIN, digit, HEX_BEGIN, HEX_BEGIN];
}

/** An id as EC2 gives them. */
const HEX_ID = /^([a-z]{1,8}-)([0-9a-f]{8,32})$/;

/** What stands before the number of an id, and the number; undefined for an id of another kind. */
export function cutId(id: string): { readonly prefix: string; readonly number: string } | undefined {
  const [, prefix, number] = HEX_ID.exec(id) ?? [];
  return prefix === undefined || number === undefined ? undefined : { prefix, number };
}

/** In the text of a document's words: what stands after each, and between those of a text with the LITERAL flag and the others. */
export const [WORD_END, LITERALS_END] = [" ", "|"];
