import { cutAtWords, fold, withoutAccents } from "../../fold.ts";
import { MAX_TERM_LENGTH, MAX_TERM_WORDS } from "./parse-term.ts";
import { bareWord, isImageId, isLabel, isSnapshotId, tidyWord } from "./tidy-word.ts";

/** Combinations that are tried at most, of tidied words and of corrected ones. */
const MAX_TRIES = 12;
/** Shorter words are never what was mistyped: nearly all of them stand somewhere. */
const MIN_LETTERS = 3;
/** Longer ones are no words: comparing takes the longer, the longer they are. */
const MAX_LETTERS = 40;
/** Of a longer term nothing is put right, nor of one with more mistyped words: each is compared with all words there are. */
const MAX_WORDS = 16;
const MAX_MISTYPED = 5;

/** What is asked of the catalogue to put a term right. */
export interface Corrections {
  /** Whether anything is found. */
  finds(term: string): boolean;
  /** What a word may have been meant for, best first. */
  alternatives(word: string): readonly string[];
  /** Words that are this one but for their accents; none where nobody can tell. */
  accented?(bare: string): readonly string[];
}

/**
 * A term in place of one that finds nothing, so that it finds something: without what was copied along with it, or with words that
 * were glued together apart, or with mistyped words put right. It never has a number or a word less, but where one of its words
 * names an image by its id. Undefined when nothing helps.
 */
export function correctTerm(term: string, corrections: Corrections): string | undefined {
  const words = fold(term).trim().split(" ").filter(Boolean);
  if (words.length > MAX_WORDS) return undefined;
  const { finds } = corrections;
  const ids = words.flatMap((word) => word.split(/[,;]/).map(bareWord)).filter(hasText);
  // Several ids are no image that has all of them.
  if (ids.length > 1 && ids.every(isImageId) && finds(ids.join(","))) return ids.join(",");
  const labelled = withoutLabels(words, finds);
  if (labelled !== undefined) return labelled;
  const readings = words.map((word) =>
    isFound(word, finds) ? [word] : [...tidyWord(word), ...(hasText(word) ? [word] : [""])],
  );
  const tidied = firstFound(readings, (pieces) => pieces.filter(Boolean).join(" "), finds, term);
  if (tidied !== undefined) return tidied;
  // What stands around words was not what kept them from being found; without it they may be.
  const bare = readings
    .map(([first = ""]) => first)
    .filter(Boolean)
    .join(" ");
  return correctWords(bare, corrections);
}

/** What a line of a file or a list names, without the words that say what it is: `image_id = "ami-…"`, `1. ami-…`. */
function withoutLabels(words: readonly string[], finds: (term: string) => boolean): string | undefined {
  const rest = words
    .filter((word) => !isLabel(word))
    .map(bareWord)
    .filter(hasText);
  const isId = (word: string): boolean => isImageId(word) || isSnapshotId(word);
  const isPattern = rest.length === 1 && (rest[0]?.includes("*") ?? false);
  if (rest.length === 0 || rest.length === words.length || !(rest.every(isId) || isPattern)) return undefined;
  const term = rest.every(isImageId) ? rest.join(",") : rest.join(" ");
  return finds(term) ? term : undefined;
}

/** A quote that is open, or marks alone, may be found by themselves and mean nothing. */
function isFound(word: string, finds: (term: string) => boolean): boolean {
  return hasText(word) && !word.includes('"') && finds(word);
}

function hasText(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word);
}

function correctWords(term: string, { finds, alternatives, accented }: Corrections): string | undefined {
  const pieces = cutAtWords(term);
  const words = pieces.filter((_, at) => at % 2 === 1);
  if (words.length > MAX_WORDS || words.some(({ length }) => length > MAX_LETTERS)) return undefined;
  const mistyped = new Set(words.filter((word) => word.length >= MIN_LETTERS && !finds(word)));
  if (mistyped.size > MAX_MISTYPED) return undefined;
  const options = pieces.map((piece): readonly string[] => {
    if (!mistyped.has(piece)) return [piece];
    const bare = withoutAccents(piece);
    const meant = [...(bare === piece ? [] : [bare]), ...(accented?.(bare) ?? []), ...alternatives(piece)];
    return meant.filter((word) => digitsOf(word) === digitsOf(piece));
  });
  return firstFound(options, (corrected) => corrected.join(""), finds, term);
}

/** A number that was typed was meant. */
function digitsOf(word: string): string {
  return word.replace(/\D/g, "");
}

function firstFound(
  options: readonly (readonly string[])[],
  join: (pieces: readonly string[]) => string,
  finds: (term: string) => boolean,
  than: string,
): string | undefined {
  let tries = 0;
  for (const pieces of combinations(options)) {
    const term = join(pieces);
    if (term === than || !isSearchable(term)) continue;
    if (finds(term)) return term;
    if (++tries === MAX_TRIES) return undefined;
  }
  return undefined;
}

/** Words that are apart are more than they were. */
function isSearchable(term: string): boolean {
  return term !== "" && term.length <= MAX_TERM_LENGTH && term.split(" ").length <= MAX_TERM_WORDS;
}

function* combinations(options: readonly (readonly string[])[]): Generator<string[]> {
  const [first, ...rest] = options;
  if (!first) return yield [];
  for (const piece of first) for (const tail of combinations(rest)) yield [piece, ...tail];
}
