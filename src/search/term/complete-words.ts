import type MiniSearch from "minisearch";
import type { SearchResult } from "minisearch";
import { cutAtWords, fold, wordsOf } from "../../fold.ts";
import { editDistance } from "../../near-names.ts";
import { roundScore } from "../families/family-score.ts";

/** Edits a correction may take, as a share of the word. */
const FUZZINESS = 0.34;
/** Corrections of one word that are worth a try. */
const ALTERNATIVES = 3;
/** Longer terms are pasted, not typed. */
const MAX_WORDS = 16;
const MAX_LETTERS = 100;

type IdFilter = (hit: { id: unknown }) => boolean;

/**
 * A term with each of its words completed to a word of the same document; completions of the most and best documents come
 * first. Leaves out the term itself. `score` says how good a document is for the words.
 */
export function completeTerm(
  index: MiniSearch,
  term: string,
  filter: IdFilter,
  limit: number,
  score: (hit: SearchResult, words: readonly string[]) => number,
): string[] {
  const typed = fold(term).trim();
  const pieces = cutAtWords(typed);
  if (pieces.length > 2 * MAX_WORDS + 1 || pieces.some(({ length }) => length > MAX_LETTERS)) return [];
  const words = wordsOf(typed);
  const scores = new Map<string, number>();
  for (const hit of index.search(typed, { prefix: true, fuzzy: false, filter })) {
    const terms = hit.terms.toSorted(byLengthAndText);
    const completed = pieces.map((piece, at) => (at % 2 === 0 ? piece : completionOf(piece, terms))).join("");
    scores.set(completed, (scores.get(completed) ?? 0) + score(hit, words));
  }
  scores.delete(typed);
  return [...scores]
    .toSorted(([one, a], [other, b]) => roundScore(b) - roundScore(a) || (one < other ? -1 : 1))
    .slice(0, limit)
    .map(([completed]) => completed);
}

/** Words of documents that `word` may have been meant for: the fewest edits first, then the commonest. */
export function alternativesTo(index: MiniSearch, word: string, filter: IdFilter): string[] {
  const counts = new Map<string, number>();
  for (const { terms } of index.search(word, { prefix: false, fuzzy: FUZZINESS, filter })) {
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return [...counts]
    .map(([term, count]) => ({ term, count, distance: editDistance(word, term) }))
    .toSorted((a, b) => a.distance - b.distance || b.count - a.count || (a.term < b.term ? -1 : 1))
    .slice(0, ALTERNATIVES)
    .map(({ term }) => term);
}

function completionOf(word: string, terms: readonly string[]): string {
  return terms.includes(word) ? word : (terms.find((term) => term.startsWith(word)) ?? word);
}

function byLengthAndText(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
