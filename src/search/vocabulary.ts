import type { FamilyWords } from "./family-weight.ts";

/** How often documents hold each word: tells what a search would cost before it is made. */
export interface Vocabulary {
  /** Distinct words. */
  readonly size: number;
  add(words: FamilyWords): void;
  remove(words: FamilyWords): void;
  /**
   * Of these words (those of `minPrefix` letters and more also as beginnings), the narrowest ones that
   * together visit at most `maxVisits` postings. A word that nothing holds costs nothing, and stays.
   */
  affordable(words: readonly string[], minPrefix: number, maxVisits: number): string[];
}

export function createVocabulary(): Vocabulary {
  const counts = new Map<string, number>();
  let sorted: string[] | undefined;

  const visitsOf = (word: string, minPrefix: number, enough: number): number => {
    if (word.length < minPrefix) return counts.get(word) ?? 0;
    sorted ??= [...counts.keys()].sort();
    let visits = 0;
    for (let at = lowerBound(sorted, word); visits <= enough; at++) {
      const known = sorted[at];
      if (!known?.startsWith(word)) break;
      visits += counts.get(known) ?? 0;
    }
    return visits;
  };

  return {
    get size() {
      return counts.size;
    },
    add({ name, publisher, about }) {
      for (const word of name.concat(publisher, about)) {
        const count = counts.get(word) ?? 0;
        if (count === 0) sorted = undefined;
        counts.set(word, count + 1);
      }
    },
    remove({ name, publisher, about }) {
      for (const word of name.concat(publisher, about)) {
        const count = counts.get(word) ?? 0;
        if (count > 1) counts.set(word, count - 1);
        else if (counts.delete(word)) sorted = undefined;
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
