import { cutAtWords, fold } from "../fold.ts";

/** Combinations of corrected words that are tried at most. */
const MAX_TRIES = 12;
/** Shorter words are never what was mistyped: nearly all of them stand somewhere. */
const MIN_LETTERS = 3;
/** Longer ones are no words: comparing takes the longer, the longer they are. */
const MAX_LETTERS = 40;
/** Of a longer term nothing is put right, nor of one with more mistyped words: each is compared with all words there are. */
const MAX_WORDS = 16;
const MAX_MISTYPED = 5;

/**
 * The term with mistyped words put right, so that it finds something; undefined when no word is unknown or no correction
 * helps. `finds` says whether anything is found, `alternatives` what a word may have been meant for, best first.
 */
export function correctTerm(
  term: string,
  finds: (term: string) => boolean,
  alternatives: (word: string) => readonly string[],
): string | undefined {
  const pieces = cutAtWords(fold(term).trim());
  const words = pieces.filter((_, at) => at % 2 === 1);
  if (words.length > MAX_WORDS || words.some(({ length }) => length > MAX_LETTERS)) return undefined;
  const mistyped = new Set(words.filter((word) => word.length >= MIN_LETTERS && !finds(word)));
  if (mistyped.size > MAX_MISTYPED) return undefined;
  const options = pieces.map((piece): readonly string[] => (mistyped.has(piece) ? alternatives(piece) : [piece]));
  if (options.every(([first], at) => first === pieces[at])) return undefined;
  let tries = 0;
  for (const corrected of combinations(options)) {
    if (finds(corrected)) return corrected;
    if (++tries === MAX_TRIES) return undefined;
  }
  return undefined;
}

function* combinations(options: readonly (readonly string[])[]): Generator<string> {
  const [first, ...rest] = options;
  if (!first) return yield "";
  for (const piece of first) for (const tail of combinations(rest)) yield piece + tail;
}
