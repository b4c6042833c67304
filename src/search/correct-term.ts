import { cutAtWords, fold } from "../fold.ts";

/** Combinations of corrected words that are tried at most. */
const MAX_TRIES = 12;
/** Shorter words are never what was mistyped: nearly all of them stand somewhere. */
const MIN_LETTERS = 3;

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
  const options = pieces.map((piece, at): readonly string[] =>
    at % 2 === 0 || piece.length < MIN_LETTERS || finds(piece) ? [piece] : alternatives(piece),
  );
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
