import { cutAtWords, fold, withoutAccents } from "../../fold.ts";
import { MAX_TERM_LENGTH, MAX_TERM_WORDS } from "./parse-term.ts";
import { bareWord, isImageId, isLabel, isSnapshotId, tidyWord } from "./tidy-word.ts";

/** The most combinations of tidied or corrected words that are tried. */
const MAX_TRIES = 12;
/** Shorter words are not corrected, since nearly all of them occur somewhere. */
const MIN_LETTERS = 3;
/** Longer words are not corrected, since comparing takes longer. */
const MAX_LETTERS = 40;
/** Longer terms, and terms with more mistyped words, are not corrected: each word is compared with all words there are. */
const MAX_WORDS = 16;
const MAX_MISTYPED = 5;

/** What a correction asks of the catalogue. */
export interface Corrections {
  /** Whether anything is found. */
  finds(term: string): boolean;
  /** What a word may have been meant for, best first. */
  alternatives(word: string): readonly string[];
  /** Words that differ from this one only in accents; none if unknown. */
  accented?(bare: string): readonly string[];
}

/**
 * A correction of a term that finds nothing: without characters that were copied along, with joined words split, or with
 * mistyped words corrected. It keeps every number and word, unless one of its words names an image by its id. Undefined if
 * nothing helps.
 */
export function correctTerm(term: string, corrections: Corrections): string | undefined {
  const words = fold(term).trim().split(" ").filter(Boolean);
  if (words.length > MAX_WORDS) return undefined;
  const { finds } = corrections;
  const ids = words.flatMap((word) => word.split(/[,;]/).map(bareWord)).filter(hasText);
  // No image has several ids.
  if (ids.length > 1 && ids.every(isImageId) && finds(ids.join(","))) return ids.join(",");
  const labelled = withoutLabels(words, finds);
  if (labelled !== undefined) return labelled;
  const readings = words.map((word) =>
    isFound(word, finds) ? [word] : [...tidyWord(word), ...(hasText(word) ? [word] : [""])],
  );
  const tidied = firstFound(readings, (pieces) => pieces.filter(Boolean).join(" "), finds, term);
  if (tidied !== undefined) return tidied;
  // Removing the characters around the words was not enough; now the bare words are corrected.
  const bare = readings
    .map(([first = ""]) => first)
    .filter(Boolean)
    .join(" ");
  return correctWords(bare, corrections);
}

/** The value in a line of a file or a list, without its labels: `image_id = "ami-…"`, `1. ami-…`. */
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

/** An open quote, or punctuation alone, may match without meaning anything. */
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

/** The digits of a word, which a correction must keep. */
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

/** Splitting words makes a term longer. */
function isSearchable(term: string): boolean {
  return term !== "" && term.length <= MAX_TERM_LENGTH && term.split(" ").length <= MAX_TERM_WORDS;
}

function* combinations(options: readonly (readonly string[])[]): Generator<string[]> {
  const [first, ...rest] = options;
  if (!first) return yield [];
  for (const piece of first) for (const tail of combinations(rest)) yield [piece, ...tail];
}
