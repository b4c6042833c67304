import { allWordsOf, type FamilyDocument } from "./family-document.ts";
import type { Haystack } from "./haystack.ts";

/** How many documents have each word, which tells the cost of a search beforehand. */
export interface Vocabulary {
  add(document: FamilyDocument): void;
  remove(document: FamilyDocument): void;
  /** Counts the words of an added document. Until it is counted, each question for a word searches it. */
  count(document: FamilyDocument): void;
  /** Whether all are counted. */
  isCounted(): boolean;
  /** Counts all, one in a step. */
  countAll(): Generator<void, void>;
  /**
   * Of these words (those of `minPrefix` letters and more also as beginnings), the rarest ones that together visit at most
   * `maxVisits` postings. A word in no document costs nothing, and stays.
   */
  affordable(words: readonly string[], minPrefix: number, maxVisits: number): string[];
}

/** `haystack`: has all documents that are not counted, perhaps also others. */
export function createVocabulary(haystack: Pick<Haystack, "fitting">): Vocabulary {
  const uncounted = new Set<FamilyDocument>();
  const counts = createCounts();

  const visitsOf = (word: string, minPrefix: number, enough: number): number => {
    const isPrefix = word.length >= minPrefix;
    let visits = counts.visits(word, isPrefix, enough);
    if (uncounted.size === 0) return visits;
    for (const document of haystack.fitting(word, isPrefix)) {
      if (visits > enough) break;
      if (uncounted.has(document)) visits++;
    }
    return visits;
  };
  const count = (document: FamilyDocument): void => {
    if (uncounted.delete(document)) for (const word of allWordsOf(document)) counts.add(word);
  };

  return {
    add: (document) => void uncounted.add(document),
    remove(document) {
      if (!uncounted.delete(document)) for (const word of allWordsOf(document)) counts.remove(word);
    },
    count,
    isCounted: () => uncounted.size === 0,
    *countAll() {
      for (const document of uncounted) {
        count(document);
        yield;
      }
    },
    affordable(words, minPrefix, maxVisits) {
      const costs = words.map((word) => ({ word, visits: visitsOf(word, minPrefix, maxVisits) }));
      let left = maxVisits;
      return costs
        .toSorted((a, b) => a.visits - b.visits)
        .filter(({ visits }) => (left -= visits) >= 0)
        .map(({ word }) => word);
    },
  };
}

interface Counts {
  add(word: string): void;
  remove(word: string): void;
  /** How often the word occurs, or words that begin with it; if more often than `enough`, any number above it. */
  visits(word: string, isPrefix: boolean, enough: number): number;
}

function createCounts(): Counts {
  const counts = new Map<string, number>();
  let sorted: string[] | undefined;
  return {
    add(word) {
      const count = counts.get(word) ?? 0;
      if (count === 0) sorted = undefined;
      counts.set(word, count + 1);
    },
    remove(word) {
      const count = counts.get(word) ?? 0;
      if (count > 1) counts.set(word, count - 1);
      else if (counts.delete(word)) sorted = undefined;
    },
    visits(word, isPrefix, enough) {
      if (!isPrefix) return counts.get(word) ?? 0;
      sorted ??= [...counts.keys()].sort();
      let visits = 0;
      for (let at = lowerBound(sorted, word); visits <= enough; at++) {
        const known = sorted[at];
        if (!known?.startsWith(word)) break;
        visits += counts.get(known) ?? 0;
      }
      return visits;
    },
  };
}

function lowerBound(sorted: readonly string[], word: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
