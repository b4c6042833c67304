/*
 * Texts as the index cuts them: words (runs of letters, digits and marks, the same as `wordsOf` finds) and what stands between
 * them. All texts are folded, thus well-formed.
 */

const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;

/** Of each UTF-16 unit: 0 not looked at yet, 1 no part of a word, 2 part of a word, 3 half a character. */
const kinds = new Uint8Array(1 << 16);

/** Whether the character at a place of a text belongs to a word. */
export function isWordAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const kind = kinds[unit] || (kinds[unit] = kindOf(unit));
  if (kind !== 3) return kind === 2;
  const isFirstHalf = unit < 0xdc00;
  return WORD_CHARACTER.test(String.fromCodePoint(text.codePointAt(isFirstHalf ? at : at - 1) ?? 0));
}

function kindOf(unit: number): number {
  if (unit >= 0xd800 && unit < 0xe000) return 3;
  return WORD_CHARACTER.test(String.fromCharCode(unit)) ? 2 : 1;
}

/** A word and the characters after it up to the next one. */
export interface WordPiece {
  readonly word: string;
  readonly separator: string;
}

/** `jammy-22.04` has three pieces; the first has no word when the text begins with a separator, the last perhaps no separator. */
export function cutIntoPieces(text: string): WordPiece[] {
  const pieces: WordPiece[] = [];
  for (let at = 0; at < text.length;) {
    const wordEnd = endOfRun(text, at, true);
    const end = endOfRun(text, wordEnd, false);
    pieces.push({ word: text.slice(at, wordEnd), separator: text.slice(wordEnd, end) });
    at = end;
  }
  return pieces;
}

/** Where a run of characters that are part of a word, or are not, ends. */
export function endOfRun(text: string, from: number, isOfWord: boolean): number {
  let at = from;
  while (at < text.length && isWordAt(text, at) === isOfWord) at++;
  return at;
}

/** The letter that stands for the end of a word in grams. */
export const END = 36;
const LETTER_BITS = 6;
/** Letters beyond `END` stand for several characters each. */
const OTHER_LETTERS = 27;

/** 0 to 35 for digits and the letters a to z, `END` past the end; any other UTF-16 unit shares its letter with others. */
export function letterAt(text: string, at: number): number {
  if (at >= text.length) return END;
  const unit = text.charCodeAt(at);
  if (unit >= 97 && unit <= 122) return unit - 87;
  if (unit >= 48 && unit <= 57) return unit - 48;
  return END + 1 + ((Math.imul(unit, 0x9e3779b1) >>> 16) % OTHER_LETTERS);
}

/** Whether a letter stands for one character alone. */
export function isExactLetter(letter: number): boolean {
  return letter < END;
}

export function gramOf(first: number, second: number, third: number): number {
  return (((first << LETTER_BITS) | second) << LETTER_BITS) | third;
}

/** Grams from here on are of lone words (see hex-words.ts), and tell how they end. */
export const LONE_ENDS = 1 << (3 * LETTER_BITS);

/** The last three letters of a lone word, the last first: words with the same end have grams in a row. */
export function loneEndOf(word: string): number {
  return (
    LONE_ENDS +
    gramOf(letterAt(word, word.length - 1), letterAt(word, word.length - 2), letterAt(word, word.length - 3))
  );
}

/** The same of all lone words that end with these letters, as far as three tell: from the first number, up to the second. */
export function loneEndsWith(text: string): [number, number] {
  const letters = [1, 2, 3].map((from) => (from <= text.length ? letterAt(text, text.length - from) : undefined));
  const [low, high] = [0, (1 << LETTER_BITS) - 1].map((any) =>
    letters.reduce<number>((gram, letter) => (gram << LETTER_BITS) | (letter ?? any), 0),
  );
  return [LONE_ENDS + (low ?? 0), LONE_ENDS + (high ?? 0) + 1];
}

/** The grams that begin with two letters: from the first number, up to the second. */
export function gramsWith(first: number, second: number): [number, number] {
  const from = gramOf(first, second, 0);
  return [from, from + (1 << LETTER_BITS)];
}

/** More kinds of separators (somebody plays with us) have no joints. */
export const MOST_JOINED = 1 << 19;

/** A separator with the letter after it (`END`: the text ends) and the one before it (`END`: none, or no exact letter). */
export function jointOf(separator: number, after: number, before: number): number {
  return (separator * (1 << LETTER_BITS) + after) * (1 << LETTER_BITS) + before;
}

/** The joints of a separator: from the first number, up to the second. */
export function jointsWith(separator: number): [number, number] {
  return [jointOf(separator, 0, 0), jointOf(separator + 1, 0, 0)];
}

/** The letter before a joint's separator. */
export function beforeOf(joint: number): number {
  return joint % (1 << LETTER_BITS);
}
